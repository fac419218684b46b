// Parses a fetched message: JSON into a message with its attachments. The time grows with its size, so a large message is parsed
// in a thread.
import type { Message } from '../../recipes/message.ts'
import { attachmentsFrom } from './attachments.ts'
import type { FetchedMail } from './fetch-message.ts'
import { isDraft, type MailboxFacts, markupOf, messageFromGraph } from './message-from-graph.ts'

/** undefined: it is not JSON. It was cut off, or a proxy in between has answered. */
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
