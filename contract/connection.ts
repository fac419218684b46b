import { z } from 'zod'
import { notUndoneRuns } from './run.ts'

export const permissions = ['mail.read', 'mail.send'] as const

/** The Microsoft scopes of each permission, besides offline_access. */
export const scopesOfPermission = {
  'mail.read': ['Mail.Read', 'User.Read'],
  'mail.send': ['Mail.Send', 'Mail.ReadWrite'],
} as const satisfies Record<(typeof permissions)[number], readonly string[]>

/**
 * What an administrator approves for everyone, besides offline_access: everything that recipes can need today. Approving less than
 * before may revoke earlier approvals, so it is always the whole set. `mail.send` joins it with the first recipe that sends.
 */
export const scopesInUse: readonly string[] = scopesOfPermission['mail.read']

export const connection = z
  .object({
    provider: z.enum(['microsoft', 'monday']),
    status: z.enum(['active', 'needs-reconnect', 'disconnecting']),
    account: z.string().nullable(),
    scopes: z.array(z.string()),
    since: z.iso.datetime(),
    lastRefreshAt: z.iso.datetime().nullable(),
    subscription: z.object({ id: z.string(), expiresAt: z.iso.datetime() }).nullable(),
    reason: z.object({ code: z.string(), params: z.record(z.string(), z.string()) }).nullable(),
  })
  .meta({ id: 'Connection' })

export type Connection = z.infer<typeof connection>

export const connectMicrosoft = z.strictObject({
  permissions: z.array(z.enum(permissions)).min(1).max(permissions.length),
  catchUp: z.enum(['all', 'none']).optional(),
})

/** Without a token: the page on which the caller lets this server in. */
export const connectMonday = z.strictObject({ token: z.string().trim().min(1).max(4000).optional() })

/** To be opened in a window of its own; it works once. */
export const mondayPage = z.object({ authorizationUrl: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'MondayPage' })

export type MondayPage = z.infer<typeof mondayPage>

/** Whether Microsoft would allow connecting the mailbox now, and the page on which an administrator approves. */
export const approvalCheck = z
  .object({ state: z.enum(['approved', 'approval-required', 'consent-required']), approvalUrl: z.string() })
  .meta({ id: 'ApprovalCheck' })

export type ApprovalCheck = z.infer<typeof approvalCheck>

/** Minutes by which the caller's clock is ahead of UTC: they decide when the caller's days begin. */
export const daysQuery = z.object({ utcOffset: z.coerce.number().int().min(-840).max(840).optional() })

/** The emails of one day. Each one found is either processed or still pending. */
export const mailboxDay = z
  .object({
    day: z.iso.date(),
    /** Found by a notification or a listing. */
    seen: z.number(),
    treated: z.number(),
    open: z.number(),
    /** Found by a listing before any notification. */
    foundByListing: z.number(),
  })
  .meta({ id: 'MailboxDay' })

export type MailboxDay = z.infer<typeof mailboxDay>

/** The emails that arrived while the mailbox was disconnected, and what recipes have created from them since. */
const catchUp = z
  .object({
    awaySince: z.iso.datetime(),
    backAt: z.iso.datetime(),
    /** Whether the listing of the Inbox is complete. */
    listed: z.boolean(),
    seen: z.number(),
    treated: z.number(),
    runsDone: z.number(),
    runsUndone: z.number(),
  })
  .meta({ id: 'CatchUp' })

export type CatchUp = z.infer<typeof catchUp>

export const latestCatchUp = z.object({ latest: catchUp.nullable() })

export const undoCatchUp = z.strictObject({ cursor: z.string().max(200).optional() })

/** `kept`: runs that stay, at least in part; `keptRuns` says which, and why. If there is a `next`, there are more. */
export const catchUpUndone = z.object({ undone: z.number(), kept: z.number(), keptRuns: notUndoneRuns, next: z.string().nullable() })

export const receiptId = z.object({ receiptId: z.string() })

export const receipt = z
  .object({
    id: z.string(),
    kind: z.enum(['disconnect', 'erase']),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    parts: z.array(
      z.object({
        part: z.enum(['subscription', 'tokens', 'queued-work', 'rows']),
        state: z.enum(['removed', 'to-go', 'nothing-there']),
        count: z.number(),
      }),
    ),
  })
  .meta({ id: 'Receipt' })

export type Receipt = z.infer<typeof receipt>
