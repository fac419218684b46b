// What Graph posts, read without trust: of each entry the few things that are used, and its secret only as a hash. Whose
// mailbox it is about is never taken from here, but from the subscription that the secret proves.
import { z } from 'zod'
import { hashOfClientState } from '../subscriptions/client-state.ts'
import { isMessageId } from '../inbox/keep-messages.ts'

export type LifecycleEvent = 'missed' | 'reauthorizationRequired' | 'subscriptionRemoved'
type Subject = { kind: 'message'; messageId: string } | { kind: 'lifecycle'; event: LifecycleEvent }
export type Notification = { subscriptionId: string; secretHash: Buffer; subject: Subject }

/** Entries are judged one by one: what is wrong with one says nothing about the others. */
export type Posting = { notifications: Notification[]; malformed: number; ignored: number }

/** undefined: no list of notifications at all. How long one may be was seen to before it was parsed (see read-body.ts). */
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

/** Graph takes no longer one of us: what is longer is nobody's, and not worth a hash. */
const longestClientState = 128

function notificationFrom(entry: unknown): Notification | 'malformed' | 'ignored' {
  if (typeof entry !== 'object' || entry === null) return 'malformed'
  const read = envelope.safeParse(entry).data
  if (read === undefined) return 'malformed'
  const subject = subjectFrom(read)
  if (typeof subject === 'string') return subject
  const { subscriptionId, clientState } = read
  // No secret at all is a wrong one.
  const secret = typeof clientState === 'string' && clientState.length <= longestClientState ? clientState : ''
  return { subscriptionId, secretHash: hashOfClientState(secret), subject }
}

/** A message that is gone starts nothing; Graph may bring kinds of events that are not known yet. */
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
