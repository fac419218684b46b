// Posts notifications as Graph does: 3 s for an answer, then repeated with back-off and 10 s each, for a bounded time.
import { setTimeout as wait } from 'node:timers/promises'
import type { Person } from '../entra/directory.ts'
import type { Message } from './message.ts'
import type { GraphState, Subscription } from './state.ts'

export type ChangeType = 'created' | 'updated' | 'deleted'
type Posting = { url: string; body: { value: Record<string, unknown>[] } }

export type Notifier = {
  /** Queues one post for each subscription that watches this change. */
  announce(message: Message, person: Person, change: { type: ChangeType; folderId: string }, times?: number): void
  post(posting: Posting): Promise<number>
  send(posting: Posting): void
  hold(): void
  /** Sends held notifications, in the given order. */
  release(order?: 'as-is' | 'reversed'): void
  retry: { baseMs: number; forMs: number }
  idle(): boolean
  stop(): void
}

export function openNotifier(state: GraphState): Notifier {
  const held: Posting[] = []
  const stopped = new AbortController()
  const retry = { baseMs: 500, forMs: 120_000 }
  let holding = false
  let working = 0

  async function post({ url, body }: Posting, attempt = 1): Promise<number> {
    const entry = {
      at: new Date(),
      url,
      subscriptionIds: [...new Set(body.value.map((one) => String(one['subscriptionId'])))],
      messageIds: body.value.flatMap((one) => idOf(one['resourceData'])),
      attempt,
      status: 0,
      ...(state.keepsBodies ? { body } : {}),
    }
    state.notificationLedger.entries.push(entry)
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(attempt === 1 ? 3000 : 10_000)]),
      })
      await answer.body?.cancel()
      entry.status = answer.status
    } catch {
      entry.status = 0
    }
    return entry.status
  }

  async function deliver(posting: Posting): Promise<void> {
    working += 1
    const until = Date.now() + retry.forMs
    for (let attempt = 1; !stopped.signal.aborted; attempt += 1) {
      const status = await post(posting, attempt)
      const pauseMs = Math.min(retry.baseMs * 2 ** (attempt - 1), 10_000)
      if ((status >= 200 && status < 300) || Date.now() + pauseMs > until) break
      await wait(pauseMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined)
    }
    working -= 1
  }

  const send = (posting: Posting) => {
    if (holding) held.push(posting)
    else void deliver(posting)
  }

  return {
    announce(message, person, change, times = 1) {
      for (const subscription of watching(state, person, change)) {
        const posting = { url: subscription.notificationUrl, body: { value: [changeNotification(subscription, message, change.type)] } }
        for (let count = 0; count < times; count += 1) send(posting)
      }
    },
    post: (posting) => post(posting),
    send,
    hold() {
      holding = true
    },
    release(order = 'as-is') {
      holding = false
      const all = held.splice(0)
      for (const posting of order === 'as-is' ? all : all.toReversed()) send(posting)
    },
    retry,
    idle: () => working === 0 && held.length === 0,
    stop: () => stopped.abort(),
  }
}

export function changeNotification(subscription: Subscription, message: Message, changeType: ChangeType): Record<string, unknown> {
  const id = subscription.immutableIds ? message.immutableId : message.id
  const resource = `Users/${subscription.person.objectId}/Messages/${id}`
  return {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: subscription.expiresAt.toISOString(),
    changeType,
    resource,
    resourceData: { '@odata.type': '#Microsoft.Graph.Message', '@odata.id': resource, '@odata.etag': `W/"${message.changeKey}"`, id },
    clientState: subscription.clientState,
    tenantId: subscription.person.tenantId,
  }
}

function watching(state: GraphState, person: Person, { type, folderId }: { type: ChangeType; folderId: string }): Subscription[] {
  return [...state.subscriptions.values()].filter(
    (subscription) =>
      subscription.person === person &&
      subscription.expiresAt.getTime() > Date.now() &&
      subscription.changeTypes.includes(type) &&
      (subscription.folderId === null || subscription.folderId === folderId),
  )
}

function idOf(resourceData: unknown): string[] {
  return typeof resourceData === 'object' && resourceData !== null && 'id' in resourceData ? [String(resourceData.id)] : []
}
