// Translates Graph's message into ours. Messages can be odd: a missing value, or one of a wrong type, becomes empty, never an error.
import { z } from 'zod'
import type { Address, Message } from '../../recipes/message.ts'
import { escapedAttribute } from '../html/escaped.ts'
import { printable } from '../html/printable.ts'
import { textOfPlain, textOfShown } from '../html/readable-text.ts'
import { shownHtml } from '../html/shown-html.ts'
import { extendedProperties } from './select.ts'

export const longestHtml = 2_000_000

/** RFC 5322 allows a line of 998; a sender may write what they like. */
const longestMessageId = 1000

/** What the message itself does not say: the mailbox's owner, their time zone, and when the server learned of it. */
export type MailboxFacts = { addresses: readonly string[]; timeZone?: string | undefined; seenAt: Date }

export function messageFromGraph(body: unknown, { addresses, timeZone, seenAt }: MailboxFacts): Message {
  const read = graphMessage.parse(body)
  const content = contentOf(read.body)
  const extended = new Map(read.singleValueExtendedProperties.map(({ id, value }) => [tagOf(id), value]))
  const extendedValue = (id: string) => extended.get(tagOf(id)) ?? ''
  const size = Number.parseInt(extendedValue(extendedProperties.size), 10)
  return {
    id: read.id,
    subject: printable(read.subject),
    from: addressFrom(read.from),
    sender: addressFrom(read.sender),
    to: read.toRecipients.flatMap(addressesFrom),
    cc: read.ccRecipients.flatMap(addressesFrom),
    replyTo: read.replyTo.flatMap(addressesFrom),
    receivedAt: isoDate(read.receivedDateTime) ?? seenAt.toISOString(),
    body: { text: content.text, html: content.html },
    importance: read.importance,
    sensitivity: sensitivities[Number.parseInt(extendedValue(extendedProperties.sensitivity), 10)] ?? 'normal',
    messageClass: printable(extendedValue(extendedProperties.messageClass)),
    size: Number.isNaN(size) ? null : size,
    categories: read.categories.map(printable),
    headers: read.internetMessageHeaders.map(({ name, value }) => ({ name: printable(name), value: printable(value) })),
    hasAttachments: read.hasAttachments,
    attachments: [],
    webLink: read.webLink,
    conversationId: read.conversationId,
    internetMessageId: printable(read.internetMessageId.slice(0, longestMessageId)),
    owner: { addresses: [...addresses], ...(timeZone === undefined ? {} : { timeZone }) },
    cut: content.isCut ? ['body'] : [],
  }
}

/** It is in the Inbox but was never sent: someone moved it there, or a program put it there as a draft. */
export const isDraft = (body: unknown): boolean => draft.safeParse(body).success

const draft = z.object({ isDraft: z.literal(true) })

const sensitivities = ['normal', 'personal', 'private', 'confidential'] as const

const text = z.string().catch('')
const listOf = <Entry extends z.ZodType>(entry: Entry) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((entries) => entries.flatMap((each) => entry.safeParse(each).data ?? []))

const recipient = z
  .object({ emailAddress: z.object({ name: text, address: text }).nullish() })
  .nullish()
  .catch(null)

const graphBody = z.object({ contentType: text, content: text }).nullish().catch(null)

const graphMessage = z.object({
  id: z.string().min(1),
  subject: text,
  from: recipient,
  sender: recipient,
  toRecipients: listOf(recipient),
  ccRecipients: listOf(recipient),
  replyTo: listOf(recipient),
  receivedDateTime: text,
  body: graphBody,
  importance: z
    .string()
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(['low', 'normal', 'high']))
    .catch('normal'),
  categories: listOf(z.string()),
  internetMessageHeaders: listOf(z.object({ name: z.string(), value: text })),
  hasAttachments: z.boolean().catch(false),
  webLink: text,
  conversationId: text,
  internetMessageId: text,
  singleValueExtendedProperties: listOf(z.object({ id: z.string(), value: text })),
})

/** Graph answers with the same property tag in another spelling: `Integer 0xe08` for `Integer 0x0E08`. */
const tagOf = (id: string) => Number.parseInt(id.split(' ')[1] ?? '', 16)

function addressFrom(read: z.infer<typeof recipient>): Address | null {
  const name = printable(read?.emailAddress?.name ?? '').trim()
  const address = printable(read?.emailAddress?.address ?? '').trim()
  return name === '' && address === '' ? null : { name: name === address ? '' : name, address }
}

function addressesFrom(read: z.infer<typeof recipient>): Address[] {
  const address = addressFrom(read)
  return address === null ? [] : [address]
}

/** The original HTML, including hidden parts: it says which files are pictures in the text. */
export const markupOf = (message: unknown): string => bodyAlone.parse(message).body?.content ?? ''

const bodyAlone = z.object({ body: graphBody }).catch({})

function contentOf(body: { contentType: string; content: string } | null | undefined) {
  if (body === null || body === undefined || body.content === '') return { text: '', html: '', isCut: false }
  if (body.contentType.toLowerCase() === 'html') {
    const shown = shownHtml(body.content, longestHtml)
    const { text: readable, isCut } = textOfShown(shown.html)
    const isLong = shown.html.length > longestHtml
    return {
      text: readable,
      html: isLong ? shown.html.slice(0, longestHtml).toWellFormed() : shown.html,
      isCut: isCut || isLong || shown.isCut,
    }
  }
  const { text: readable, isCut } = textOfPlain(body.content)
  return { text: readable, html: htmlOfText(readable), isCut }
}

const htmlOfText = (plain: string): string => escapedAttribute(plain).replaceAll('\n', '<br>\n')

function isoDate(value: string): string | undefined {
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
