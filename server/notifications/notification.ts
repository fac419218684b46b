// Reads what Graph posts without trusting it: only the few values that are used, and the secret only as a hash. The mailbox is
// never taken from here, but from the subscription that the secret proves.
import { z } from 'zod'
import { hashOfClientState } from '../subscriptions/client-state.ts'
import { isMessageId } from '../inbox/keep-messages.ts'

export type LifecycleEvent = 'missed' | 'reauthorizationRequired' | 'subscriptionRemoved'
type Subject = { kind: 'message'; messageId: string } | { kind: 'lifecycle'; event: LifecycleEvent }
export type Notification = { subscriptionId: string; secretHash: Buffer; subject: Subject }

/** Entries are read one by one: a fault in one says nothing about the others. */
export type Posting = { notifications: Notification[]; malformed: number; ignored: number }

/** undefined: not a list of notifications. Its length was limited before it was parsed (see read-body.ts). */
export function postingFrom(body: unknown): Posting | undefined {
  const entries = entriesOf(body)
  if (entries === undefined) return undefined
  const read = entries.map(notificationFrom)
  return {
    notifications: read.filter((one) => typeof one !== 'string'),
    malformed: read.filter((one) => one === 'malformed').length,
    ignored: read.filter((one) => one === 'ignored').length,
  }
}

const entriesOf = (body: unknown): unknown[] | undefined =>
  typeof body === 'object' && body !== null && 'value' in body && Array.isArray(body.value) ? body.value : undefined

/** Graph accepts no longer secret from us, so a longer one is forged and not worth hashing. */
const longestClientState = 128

function notificationFrom(entry: unknown): Notification | 'malformed' | 'ignored' {
  if (typeof entry !== 'object' || entry === null) return 'malformed'
  const read = envelope.safeParse(entry).data
  if (read === undefined) return 'malformed'
  const subject = subjectFrom(read)
  if (typeof subject === 'string') return subject
  const { subscriptionId, clientState } = read
  // A missing secret counts as a wrong one.
  const secret = typeof clientState === 'string' && clientState.length <= longestClientState ? clientState : ''
  return { subscriptionId, secretHash: hashOfClientState(secret), subject }
}

/** A deleted message starts nothing, and Graph may send types of events that are not known yet. */
function subjectFrom({ lifecycleEvent, changeType, resourceData }: z.infer<typeof envelope>): Subject | 'malformed' | 'ignored' {
  if (lifecycleEvent !== undefined && lifecycleEvent !== null) {
    const event = lifecycleEvents.safeParse(lifecycleEvent).data
    return event === undefined ? 'ignored' : { kind: 'lifecycle', event }
  }
  if (changeType !== 'created' && changeType !== 'updated') return typeof changeType === 'string' ? 'ignored' : 'malformed'
  const messageId = resourceData?.id
  return isMessageId(messageId) ? { kind: 'message', messageId } : 'malformed'
}

const lifecycleEvents = z.enum(['missed', 'reauthorizationRequired', 'subscriptionRemoved'])
const envelope = z.object({
  subscriptionId: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  clientState: z.unknown().optional(),
  changeType: z.unknown().optional(),
  lifecycleEvent: z.unknown().optional(),
  resourceData: z.object({ id: z.unknown() }).nullish().catch(null),
})
