// First reads only a message's ID and folder, and anything else only if it is in the Inbox. The second call has the Inbox in its
// path, so that a message moved in between is not found rather than read.
import { z } from 'zod'
import type { MessageField } from '../../recipes/fields.ts'
import type { Graph } from '../graph/graph-client.ts'
import { isRefusal } from '../graph/graph-error.ts'
import { listAttachments, type ListedAttachment, mayStandInText } from './attachments.ts'
import { selectFor } from './select.ts'

export type Place = { place: 'inbox' | 'elsewhere'; messageId: string } | { place: 'gone' }

/** `messageId` may be any ID that Graph accepts; the result has the immutable one. */
export async function locateMessage(graph: Graph, messageId: string, inboxId: string): Promise<Place> {
  const found = await orUndefined(graph.get(`/me/messages/${encodeURIComponent(messageId)}?$select=id,parentFolderId`))
  if (found === undefined) return { place: 'gone' }
  const { id, parentFolderId } = located.parse(found)
  return { place: parentFolderId === inboxId ? 'inbox' : 'elsewhere', messageId: id }
}

export async function findInboxId(graph: Graph): Promise<string> {
  return folder.parse(await graph.get('/me/mailFolders/inbox?$select=id')).id
}

/** A message as Graph sent it, not yet parsed. */
export type FetchedMail = {
  /** Its JSON. */
  json: Uint8Array
  listed: ListedAttachment[]
  /** JSON of its body, if it may contain pictures and the recipes do not use it. */
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

/** IDs of the newest messages in the Inbox, newest first, without drafts. */
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

/** The whole mailbox cannot be reached (no license, on-premises), which says nothing about the message. */
const ofWholeMailbox = new Set(['MailboxNotEnabledForRESTAPI', 'ResourceNotFound'])

/** An ID that Graph does not recognize names no message. */
const ofNoMail = new Set([
  'ErrorInvalidId',
  'ErrorInvalidIdEmpty',
  'ErrorInvalidIdMalformed',
  'ErrorInvalidIdXml',
  'ErrorInvalidMailboxItemId',
])
