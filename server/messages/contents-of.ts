// All that two messages may differ in, where they share Message-ID, second, sender and subject.
import { createHash } from 'node:crypto'
import type { MessageField } from '../../recipes/fields.ts'
import type { FetchedMail } from './fetch-message.ts'
import type { MailboxFacts } from './message-from-graph.ts'
import { readMail } from './read-mail.ts'

export const fieldsOfContents: ReadonlySet<MessageField> = new Set(['sender', 'to', 'cc', 'body', 'attachments', 'headers'])

/** A digest in hexadecimal; undefined: what Graph sent cannot be read, or was never sent as a mail. Reads `fieldsOfContents`. */
export function contentsOf(fetched: FetchedMail, facts: MailboxFacts): string | undefined {
  const message = readMail(fetched, facts)
  if (message === undefined || message === 'draft') return undefined
  const { sender, to, cc, body, attachments, headers } = message
  const files = attachments.map(({ name, contentType, size }) => [name, contentType, size])
  return createHash('sha256')
    .update(JSON.stringify([sender, to, cc, body, files, headers]))
    .digest('hex')
}
