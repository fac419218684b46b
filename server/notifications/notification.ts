// What Graph posts, read with distrust: an entry that does not fit is left out, and nothing in it is ever followed as an
// address. A change is a hint that a message is worth a look, whatever it is said to be.
import { z } from 'zod'

type Claimed = { subscriptionId: string; clientState: string | undefined }
export type LifecycleEvent = (typeof lifecycleEvents)[number]
export type Notification = Claimed & ({ kind: 'message'; messageId: string } | { kind: 'lifecycle'; event: LifecycleEvent })

export type Posted = { notifications: Notification[]; malformed: number; ignored: number }

export function notificationsFrom(text: string): Posted | 'malformed' {
  const collection = collectionShape.safeParse(jsonOrUndefined(text))
  if (!collection.success) return 'malformed'
  const posted: Posted = { notifications: [], malformed: 0, ignored: 0 }
  for (const one of collection.data.value) {
    const notification = notificationFrom(one)
    if (typeof notification === 'string') posted[notification] += 1
    else posted.notifications.push(notification)
  }
  return posted
}

const lifecycleEvents = ['missed', 'subscriptionRemoved', 'reauthorizationRequired'] as const

const collectionShape = z.object({ value: z.array(z.unknown()) })
const common = z.object({
  subscriptionId: z.string().min(1).max(200),
  // Of another type or too long: it cannot be the right one.
  clientState: z.string().max(128).optional().catch(undefined),
  changeType: z.string().optional(),
  lifecycleEvent: z.string().nullish(),
})
const withMessage = z.object({ resourceData: z.object({ id: z.string().regex(/^[\w+/=-]{1,1000}$/) }) })

function notificationFrom(one: unknown): Notification | 'malformed' | 'ignored' {
  const read = common.safeParse(one)
  if (!read.success) return 'malformed'
  const { subscriptionId, clientState, changeType, lifecycleEvent } = read.data
  if (typeof lifecycleEvent === 'string') {
    const event = lifecycleEvents.find((known) => known === lifecycleEvent)
    return event === undefined ? 'ignored' : { subscriptionId, clientState, kind: 'lifecycle', event }
  }
  if (changeType !== 'created' && changeType !== 'updated') return changeType === undefined ? 'malformed' : 'ignored'
  const message = withMessage.safeParse(one)
  return message.success ? { subscriptionId, clientState, kind: 'message', messageId: message.data.resourceData.id } : 'malformed'
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
