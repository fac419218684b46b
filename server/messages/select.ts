// The properties to request from Graph. The server always reads whether it is an email at all, what a run shows of it, and what links
// it to its conversation; beyond that, only the fields that the recipes use.
import type { MessageField } from '../../recipes/fields.ts'

const always = ['id', 'isDraft', 'subject', 'from', 'receivedDateTime', 'conversationId', 'internetMessageId']

/** Extended properties: PR_MESSAGE_SIZE, PR_SENSITIVITY, PR_MESSAGE_CLASS. */
export const extendedProperties = { size: 'Integer 0x0E08', sensitivity: 'Integer 0x0036', messageClass: 'String 0x001A' } as const

const propertyOf = {
  subject: 'subject',
  from: 'from',
  sender: 'sender',
  to: 'toRecipients',
  cc: 'ccRecipients',
  replyTo: 'replyTo',
  receivedAt: 'receivedDateTime',
  body: 'body',
  importance: 'importance',
  categories: 'categories',
  headers: 'internetMessageHeaders',
  hasAttachments: 'hasAttachments',
  webLink: 'webLink',
  conversationId: 'conversationId',
  internetMessageId: 'internetMessageId',
  // A separate call lists them.
  attachments: null,
  size: null,
  sensitivity: null,
  messageClass: null,
} as const satisfies Record<MessageField, string | null>

export function selectFor(fields: ReadonlySet<MessageField>): string {
  const selected = new Set([...always, ...[...fields].flatMap((field) => propertyOf[field] ?? [])])
  const extended = Object.entries(extendedProperties).flatMap(([field, id]) => ([...fields].some((each) => each === field) ? [id] : []))
  const query = [`$select=${[...selected].join(',')}`]
  if (extended.length > 0) {
    const filter = extended.map((id) => `id eq '${id}'`).join(' or ')
    query.push(`$expand=singleValueExtendedProperties($filter=${encodeURIComponent(filter)})`)
  }
  return query.join('&')
}
