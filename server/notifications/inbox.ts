// Commits a batch of notifications: the ids of messages, and what Graph says of its subscriptions, with the jobs that
// see to them. What is not genuine, or awaited by nobody, leaves a number behind and nothing else.
import type { Transaction } from 'kysely'
import type { Database, Schema } from '../database/schema.ts'
import type { Queue } from '../jobs/queue.ts'
import { metrics } from '../metrics.ts'
import { type AnnouncedMessage, keepMessages } from '../subscriptions/keep-messages.ts'
import { catchUpJob, subscribeJob } from '../subscriptions/subscribe.ts'
import { markRemoved } from '../subscriptions/subscription-store.ts'
import { judgeClientState } from './judge.ts'
import type { LifecycleEvent, Notification } from './notification.ts'
import { findWatched, type Watched } from './watched-store.ts'

export type InboxDeps = { db: Database; queue: Pick<Queue, 'insert'> }

type Fate = 'kept' | 'unknown-subscription' | 'wrong-client-state' | 'not-awaited'

export async function keepInInbox({ db, queue }: InboxDeps, notifications: Notification[]): Promise<void> {
  const fates = await db.transaction().execute(async (trx) => {
    const watchedBy = await findWatched(trx, notifications)
    const messages: AnnouncedMessage[] = []
    const events = new Map<string, { watched: Watched; event: LifecycleEvent }>()
    const judged = notifications.map((notification): Fate => {
      const watched = watchedBy(notification)
      const verdict = judgeClientState(notification.clientState, watched?.clientStateHash)
      if (!verdict.genuine) return verdict.reason
      if (watched === undefined || watched.connectionStatus === 'disconnecting') return 'not-awaited'
      if (notification.kind === 'lifecycle') {
        events.set(`${watched.id} ${notification.event}`, { watched, event: notification.event })
        return 'kept'
      }
      if (!watched.isAwaited) return 'not-awaited'
      const { connectionId, tenantId } = watched
      messages.push({ connectionId, tenantId, messageId: notification.messageId })
      return 'kept'
    })
    await keepMessages(trx, queue, messages, 'notification')
    for (const { watched, event } of events.values()) await seeTo(trx, queue, watched, event)
    return judged
  })
  for (const fate of fates) metrics.notifications.inc({ verdict: fate })
}

async function seeTo(
  trx: Transaction<Schema>,
  queue: Pick<Queue, 'insert'>,
  { id, connectionId }: Watched,
  event: LifecycleEvent,
): Promise<void> {
  switch (event) {
    case 'missed':
      return queue.insert(trx, 'catch-up', [catchUpJob(connectionId)])
    case 'reauthorizationRequired':
      await queue.insert(trx, 'renew', [{ data: { subscriptionId: id }, key: id, group: connectionId }])
      return queue.insert(trx, 'catch-up', [catchUpJob(connectionId)])
    case 'subscriptionRemoved':
      await markRemoved(trx, id)
      return queue.insert(trx, 'subscribe', [subscribeJob(connectionId)])
  }
}
