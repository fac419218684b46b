// A stored message in Graph's form.
import { convert } from 'html-to-text'
import { sizeOf, type Message, type Recipient } from './message.ts'
import type { Preferences } from './preferences.ts'

export type MessageView = { preferences: Preferences; select: string[] | null; properties: string[] | null; basicOnly: boolean }

const defaultProperties = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'categories',
  'receivedDateTime',
  'sentDateTime',
  'hasAttachments',
  'internetMessageId',
  'subject',
  'bodyPreview',
  'importance',
  'parentFolderId',
  'conversationId',
  'conversationIndex',
  'isDeliveryReceiptRequested',
  'isReadReceiptRequested',
  'isRead',
  'isDraft',
  'webLink',
  'inferenceClassification',
  'body',
  'sender',
  'from',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'flag',
]

export const messageProperties = [...defaultProperties, 'uniqueBody', 'internetMessageHeaders']
export const beyondBasic = ['body', 'bodyPreview', 'uniqueBody', 'internetMessageHeaders']

export function messageJson(message: Message, view: MessageView): Record<string, unknown> {
  const { select, basicOnly, properties } = view
  const names = (select ?? defaultProperties).filter((name) => !basicOnly || !beyondBasic.includes(name))
  const all = allProperties(message, view)
  const chosen = Object.fromEntries([...new Set(['id', ...names])].map((name) => [name, all[name]?.()]))
  return {
    '@odata.etag': `W/"${message.changeKey}"`,
    ...(message.messageClass.startsWith('IPM.Schedule.Meeting') ? { '@odata.type': '#microsoft.graph.eventMessage' } : {}),
    ...chosen,
    ...(properties ? extendedProperties(message, properties) : {}),
  }
}

const graphDate = (date: Date) => `${date.toISOString().slice(0, 19)}Z`

function allProperties(message: Message, { preferences }: MessageView): Record<string, () => unknown> {
  return {
    id: () => (preferences.immutableId ? message.immutableId : message.id),
    createdDateTime: () => graphDate(message.createdAt),
    lastModifiedDateTime: () => graphDate(message.modifiedAt),
    changeKey: () => message.changeKey,
    categories: () => message.categories,
    receivedDateTime: () => graphDate(message.receivedAt),
    sentDateTime: () => graphDate(message.sentAt),
    // Inline pictures do not count.
    hasAttachments: () => message.attachments.some(({ isInline }) => !isInline),
    internetMessageId: () => message.internetMessageId,
    subject: () => message.subject,
    bodyPreview: () => textOf(message).replaceAll(/\s+/g, ' ').trim().slice(0, 255),
    importance: () => message.importance,
    parentFolderId: () => message.folderId,
    conversationId: () => message.conversationId,
    conversationIndex: () => Buffer.from(message.conversationId.slice(0, 22)).toString('base64'),
    isDeliveryReceiptRequested: () => false,
    isReadReceiptRequested: () => false,
    isRead: () => message.isRead,
    isDraft: () => message.isDraft,
    webLink: () => `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(message.id)}&exvsurl=1&viewmodel=ReadMessageItem`,
    inferenceClassification: () => 'focused',
    body: () => bodyOf(message, preferences),
    uniqueBody: () => bodyOf(message, preferences),
    sender: () => recipientJson(message.sender),
    from: () => recipientJson(message.from),
    toRecipients: () => message.to.map(recipientJson),
    ccRecipients: () => message.cc.map(recipientJson),
    bccRecipients: () => message.bcc.map(recipientJson),
    replyTo: () => message.replyTo.map(recipientJson),
    flag: () => ({ flagStatus: 'notFlagged' }),
    internetMessageHeaders: () => message.headers,
  }
}

function bodyOf(message: Message, { bodyType }: Preferences): { contentType: string; content: string } {
  if (bodyType === 'text') return { contentType: 'text', content: textOf(message) }
  // Plain text stays plain text, unless the request asks for HTML.
  if (message.body.contentType === 'html' || bodyType === null) return message.body
  const content = message.body.content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>\n')
  return { contentType: 'html', content: `<html><body><div class="PlainText">${content}</div></body></html>` }
}

function textOf({ body }: Message): string {
  return body.contentType === 'text' ? body.content : convert(body.content, { wordwrap: false, limits: { maxInputLength: 10_000_000 } })
}

function recipientJson(recipient: Recipient | null): unknown {
  return recipient && { emailAddress: { name: recipient.name || recipient.address, address: recipient.address } }
}

const sensitivities = ['normal', 'personal', 'private', 'confidential']

/** Graph answers with the property's number in lower case and without leading zeros, however the request wrote it. */
function extendedProperties(message: Message, asked: string[]): Record<string, unknown> {
  const values: Record<string, string> = {
    'Integer 0x36': String(sensitivities.indexOf(message.sensitivity)),
    'Integer 0xe08': String(sizeOf(message)),
    'String 0x1a': message.messageClass,
  }
  const found = asked.map(canonicalPropertyId).flatMap((id) => (values[id] === undefined ? [] : [{ id, value: values[id] }]))
  return found.length === 0 ? {} : { singleValueExtendedProperties: found }
}

function canonicalPropertyId(id: string): string {
  const [type, tag = ''] = id.split(' ')
  return `${type} 0x${Number.parseInt(tag, 16).toString(16)}`
}
