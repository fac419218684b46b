import { z } from 'zod'
import { cursorQuery, page } from './page.ts'

/** Every kind of call on a mailbox. A call without a name here cannot be made. */
const mailboxCalls = [
  'check-read',
  'own-address',
  'inbox-id',
  'locate',
  'made-immutable',
  'read',
  'attachment-list',
  'attachment',
  'listing',
  'subscription-list',
  'subscription-create',
  'subscription-renew',
  'subscription-delete',
] as const

/** The mailbox's owner asks for `try`, `one-click` and `subject` at that moment. */
const purposeKinds = ['recipes', 'try', 'one-click', 'subject', 'connection', 'catch-up', 'subscription', 'disconnection'] as const

const purpose = z.object({ kind: z.enum(purposeKinds), recipeIds: z.array(z.string()) })

const accessLogEntry = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    what: z.enum(mailboxCalls),
    fields: z.array(z.string()),
    messageId: z.string().nullable(),
    purpose,
    /** null: the call may have been sent, and its end is unknown. Status 0: it got no answer. */
    outcome: z.object({ status: z.number().int(), finishedAt: z.iso.datetime() }).nullable(),
    /** Consecutive listings that found nothing are one entry, from `at` until `until`. */
    count: z.number().int(),
    until: z.iso.datetime().nullable(),
    /** The head of the chain at this entry, to be sent again as `known`; null while the entry may still grow. */
    head: z.string().nullable(),
    /** false: nothing proves this entry any more. Its part of the log ended without a seal, or was not written by Mailboard. */
    verifiable: z.boolean(),
  })
  .meta({ id: 'AccessLogEntry' })

export const accessLogQuery = cursorQuery.extend({ known: z.string().max(200).optional() })

/** `known`: whether the log still has the given head; null if none was given, or if it is older than the retention time. */
export const accessLogPage = page(accessLogEntry).extend({ known: z.boolean().nullable() })

export type AccessLogEntry = z.infer<typeof accessLogEntry>
export type AccessLogPage = z.infer<typeof accessLogPage>
export type Purpose = z.infer<typeof purpose>
export type MailboxCall = Pick<AccessLogEntry, 'what' | 'fields' | 'messageId' | 'purpose'>
