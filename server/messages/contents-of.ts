// Everything in which two messages may differ if they share Message-ID, second, sender and subject.
import { createHash } from 'node:crypto'
import type { MessageField } from '../../recipes/fields.ts'
import type { FetchedMail } from './fetch-message.ts'
import type { MailboxFacts } from './message-from-graph.ts'
import { readMail } from './read-mail.ts'

export const fieldsOfContents: ReadonlySet<MessageField> = new Set(['sender', 'to', 'cc', 'body', 'attachments', 'headers'])

/** A hexadecimal digest of `fieldsOfContents`; undefined: Graph's answer cannot be read, or the message was never sent. */
export function contentsOf(fetched: FetchedMail, facts: MailboxFacts): string | undefined {
  const message = readMail(fetched, facts)
  if (message === undefined || message === 'draft') return undefined
  const { sender, to, cc, body, attachments, headers } = message
  const files = attachments.map(({ name, contentType, size }) => [name, contentType, size])
  return createHash('sha256')
    .update(JSON.stringify([sender, to, cc, body, files, headers]))
    .digest('hex')
}
