// Outlook shows an add-in only part of a mail, and some of that part differs from what Microsoft Graph gives the server. The parts
// named here do not decide a result.
import type { MessageField } from '../../recipes/message.ts'
import type { OpenMessage } from '../office/open-message.ts'

export function unsureParts(message: OpenMessage, bodyText: string | null): ReadonlySet<MessageField> {
  const unsure = new Set<MessageField>(['importance', 'sensitivity', 'categories', 'headers', 'size'])
  if (bodyText === null || isConverted(bodyText)) unsure.add('body')
  if (isRewritten(message.subject)) unsure.add('subject')
  for (const part of ['from', 'sender'] as const) if (!isSeen(message[part])) unsure.add(part)
  for (const part of ['to', 'cc'] as const) if (message[part].length >= mostSeen || !message[part].every(isSeen)) unsure.add(part)
  if (message.messageClass === '') unsure.add('messageClass')
  // Of a signed or encrypted mail each shows files of its own.
  if (message.messageClass === '' || /smime/i.test(message.messageClass)) unsure.add('attachments')
  return unsure
}

/** Outlook gives so many recipients and leaves out the others. */
const mostSeen = 100

/** Of somebody within the organisation Outlook may give the directory's name instead (`/O=EXCHANGELABS/OU=…`), or none. */
export const isSeen = (person: { address: string } | null): boolean => person !== null && /^[^\s@/<>]+@[^\s@/<>]+$/.test(person.address)

/** Where a link, an address or a picture stood, Outlook's text says where it leads: `ann@example.com<mailto:ann@example.com>`. */
const isConverted = (text: string): boolean => text.length > longestText || /<[^\s<>][^<>]*>|\[cid:|\ufffc/i.test(text)

/** The server reads less of a long one than this. */
const longestText = 200_000

/** Controls, blanks in a row and what is very long are not shown as they were written. */
const isRewritten = (subject: string): boolean => subject.length >= 255 || /\p{Cc}|\p{Cs}|^\s|\s$|\s\s/u.test(subject)
