import { setTimeout as wait } from 'node:timers/promises'
import type { Person } from '../entra/directory.ts'
import type { Folder, Mailbox } from './mailbox.ts'
import type { Mail, Message } from './message.ts'
import { changeNotification, type ChangeType, type Notifier } from './notifier.ts'
import { announceChange, mailboxOf, type GraphState, type Subscription } from './state.ts'
import { subscriptionsOf } from './subscription-routes.ts'

export type Delivery = {
  /** How often each subscription is notified: 0 loses the notification, 2 repeats it. */
  notifications?: number
  folder?: string
  delayMs?: number
}

export type LifecycleEvent = 'missed' | 'subscriptionRemoved' | 'reauthorizationRequired'
export type GraphControl = ReturnType<typeof graphControl>

export function graphControl(state: GraphState, notifier: Notifier) {
  const change = (kind: 'created' | 'updated' | 'moved' | 'deleted', mailbox: Mailbox, message: Message) => {
    const folder = mailbox.folder(message.folderId)?.wellKnownName ?? null
    announceChange(state, { kind, person: mailbox.person.objectId, id: message.immutableId, folder: kind === 'deleted' ? null : folder })
  }

  return {
    /** Puts a message into the mailbox and notifies its subscriptions. The ID is the immutable one. */
    async deliver(
      person: Person,
      mail: Mail,
      { notifications = 1, folder = 'inbox', delayMs = 0 }: Delivery = {},
    ): Promise<{ id: string; ordinaryId: string }> {
      const mailbox = mailboxOf(state, person)
      const target = folderOf(mailbox, folder)
      const message = mailbox.add(mail, target)
      change('created', mailbox, message)
      const announce = () => notifier.announce(message, person, { type: 'created', folderId: target.id }, notifications)
      if (delayMs > 0) void wait(delayMs, undefined, { ref: false }).then(announce)
      else announce()
      return { id: message.immutableId, ordinaryId: message.id }
    },
    move(person: Person, messageId: string, folder: string): void {
      const mailbox = mailboxOf(state, person)
      const message = messageOf(mailbox, messageId)
      const target = folderOf(mailbox, folder)
      const from = message.folderId
      if (from === target.id) return
      mailbox.move(message, target)
      change('moved', mailbox, message)
      notifier.announce(message, person, { type: 'deleted', folderId: from })
      notifier.announce(message, person, { type: 'created', folderId: target.id })
    },
    /** Deletes it permanently, like emptying Deleted Items. */
    remove(person: Person, messageId: string): void {
      const mailbox = mailboxOf(state, person)
      const message = messageOf(mailbox, messageId)
      mailbox.remove(message)
      change('deleted', mailbox, message)
      notifier.announce(message, person, { type: 'deleted', folderId: message.folderId })
    },
    markRead(person: Person, messageId: string, isRead = true): void {
      const mailbox = mailboxOf(state, person)
      const message = messageOf(mailbox, messageId)
      message.isRead = isRead
      mailbox.touch(message)
      change('updated', mailbox, message)
      notifier.announce(message, person, { type: 'updated', folderId: message.folderId })
    },
    mailbox: (person: Person) => mailboxOf(state, person),
    subscriptions: (person: Person): Subscription[] => subscriptionsOf(state, person.objectId),
    /** The subscription ends silently; use `lifecycle()` to notify. */
    removeSubscription(person: Person): void {
      for (const { id } of subscriptionsOf(state, person.objectId)) state.subscriptions.delete(id)
    },
    setSubscriptionLifetime(minutes: number): void {
      state.subscriptionMinutes = minutes
    },
    /** Posts a change notification for this message, changed by `overrides`; returns the statuses. */
    async notify(
      person: Person,
      messageId: string,
      {
        times = 1,
        changeType = 'created',
        overrides = {},
      }: { times?: number; changeType?: ChangeType; overrides?: Record<string, unknown> } = {},
    ): Promise<number[]> {
      const message = messageOf(mailboxOf(state, person), messageId)
      const postings = subscriptionsOf(state, person.objectId).map((subscription) => ({
        url: subscription.notificationUrl,
        body: { value: [{ ...changeNotification(subscription, message, changeType), ...overrides }] },
      }))
      return Promise.all(postings.flatMap((posting) => Array.from({ length: times }, () => notifier.post(posting))))
    },
    /** Posts any body to any address, once. */
    post: (url: string, body: unknown): Promise<number> => notifier.post({ url, body: body as { value: Record<string, unknown>[] } }),
    hold: notifier.hold,
    release: notifier.release,
    /** Posts the lifecycle notification; `subscriptionRemoved` removes the subscription first. */
    lifecycle(person: Person, lifecycleEvent: LifecycleEvent): void {
      for (const subscription of subscriptionsOf(state, person.objectId)) {
        if (lifecycleEvent === 'subscriptionRemoved') state.subscriptions.delete(subscription.id)
        if (subscription.lifecycleNotificationUrl === null) continue
        const one = {
          subscriptionId: subscription.id,
          subscriptionExpirationDateTime: subscription.expiresAt.toISOString(),
          tenantId: person.tenantId,
          clientState: subscription.clientState,
          lifecycleEvent,
        }
        notifier.send({ url: subscription.lifecycleNotificationUrl, body: { value: [one] } })
      }
    },
    /** Whether nothing is held, in progress or waiting to be repeated. */
    idle: notifier.idle,
    retry: notifier.retry,
    ledger: state.ledger,
    /** From now on, the ledgers also keep what is sent and answered, including secrets of subscriptions. */
    keepBodies(): void {
      state.keepsBodies = true
    },
    notifications: state.notificationLedger,
    onChange(listener: Parameters<GraphState['listeners']['add']>[0]): () => void {
      state.listeners.add(listener)
      return () => void state.listeners.delete(listener)
    },
  }
}

function folderOf(mailbox: Mailbox, name: string): Folder {
  const folder = mailbox.folder(name)
  if (!folder) throw new Error(`There is no folder ${name}.`)
  return folder
}

function messageOf(mailbox: Mailbox, id: string): Message {
  const message = mailbox.message(id)
  if (!message) throw new Error(`There is no message ${id}.`)
  return message
}
