// First where a mail lies, by two ids; only of a mail in the Inbox is anything else read. The second call names the
// Inbox in its path, so that a mail that was moved in between is not found rather than read.
import { z } from 'zod'
import type { MessageField } from '../../recipes/fields.ts'
import type { Graph } from '../graph/graph-client.ts'
import { isRefusal } from '../graph/graph-error.ts'
import { listAttachments, type ListedAttachment, mayStandInText } from './attachments.ts'
import { selectFor } from './select.ts'

export type Place = { place: 'inbox' | 'elsewhere'; messageId: string } | { place: 'gone' }

/** `messageId` may be any id that Graph takes; the immutable one comes back. */
export async function locateMessage(graph: Graph, messageId: string, inboxId: string): Promise<Place> {
  const found = await orUndefined(graph.get(`/me/messages/${encodeURIComponent(messageId)}?$select=id,parentFolderId`))
  if (found === undefined) return { place: 'gone' }
  const { id, parentFolderId } = located.parse(found)
  return { place: parentFolderId === inboxId ? 'inbox' : 'elsewhere', messageId: id }
}

export async function findInboxId(graph: Graph): Promise<string> {
  return folder.parse(await graph.get('/me/mailFolders/inbox?$select=id')).id
}

/** A mail as Graph gave it, not yet read. */
export type FetchedMail = {
  /** Its JSON. */
  json: Uint8Array
  listed: ListedAttachment[]
  /** JSON of its body, where pictures may stand in it and the recipes ask for none of it. */
  bodyJson?: Uint8Array
}

/** undefined: it is no longer in the Inbox. */
export async function fetchMail(
  graph: Graph,
  messageId: string,
  fields: ReadonlySet<MessageField>,
  mayBeLarge: () => boolean,
): Promise<FetchedMail | undefined> {
  const fetch = (query: string) =>
    orUndefined(graph.getLong(`/me/mailFolders/inbox/messages/${encodeURIComponent(messageId)}?${query}`, mayBeLarge))
  const json = await fetch(selectFor(fields))
  if (json === undefined || !fields.has('attachments')) return json && { json, listed: [] }
  const listed = await listAttachments(graph, messageId)
  const bodyJson = listed.some(mayStandInText) && !fields.has('body') ? await fetch('$select=body') : undefined
  return { json, listed, ...(bodyJson === undefined ? {} : { bodyJson }) }
}

/** Ids of the newest mails in the Inbox, newest first; drafts among them are left out. */
export async function latestMessageIds(graph: Graph, count: number): Promise<string[]> {
  const page = await graph.get(
    `/me/mailFolders/inbox/messages?$top=${count}&$orderby=${encodeURIComponent('receivedDateTime desc')}&$select=id,isDraft`,
  )
  return listing.parse(page).value.flatMap(({ id, isDraft }) => (isDraft === true ? [] : [id]))
}

const located = z.object({ id: z.string(), parentFolderId: z.string().nullish() })
const folder = z.object({ id: z.string() })
const listing = z.object({ value: z.array(z.object({ id: z.string(), isDraft: z.boolean().nullish() })) })

async function orUndefined<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isRefusal(error, 404) && !ofWholeMailbox.has(error.code ?? '')) return undefined
    if (isRefusal(error, 400) && ofNoMail.has(error.code ?? '')) return undefined
    throw error
  }
}

/** The whole mailbox cannot be reached (no licence, on-premises): that says nothing about the mail. */
const ofWholeMailbox = new Set(['MailboxNotEnabledForRESTAPI', 'ResourceNotFound'])

/** What is no id of Graph's names no mail. */
const ofNoMail = new Set([
  'ErrorInvalidId',
  'ErrorInvalidIdEmpty',
  'ErrorInvalidIdMalformed',
  'ErrorInvalidIdXml',
  'ErrorInvalidMailboxItemId',
])
