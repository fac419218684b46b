// A mail that was fetched, read: JSON into a message with its attachments. It takes as long as the mail is large, so that a
// large one is read in a thread.
import type { Message } from '../../recipes/message.ts'
import { attachmentsFrom } from './attachments.ts'
import type { FetchedMail } from './fetch-message.ts'
import { isDraft, type MailboxFacts, markupOf, messageFromGraph } from './message-from-graph.ts'

/** undefined: it is no JSON. It was cut off on its way, or a proxy in between has answered. */
export function readMail({ json, listed, bodyJson }: FetchedMail, facts: MailboxFacts): Message | 'draft' | undefined {
  const parsed = parsedJson(json)
  if (parsed === undefined) return undefined
  if (isDraft(parsed)) return 'draft'
  const withBody = (bodyJson && parsedJson(bodyJson)) ?? parsed
  return { ...messageFromGraph(parsed, facts), attachments: attachmentsFrom(listed, markupOf(withBody)) }
}

function parsedJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
}
