// Stores what was posted: genuine notifications become jobs, a whole batch in one transaction and without any outside call.
// Repeated notifications meet the existing rows.
import { sql, type Transaction } from 'kysely'
import type { Database, Schema } from '../database/schema.ts'
import { metrics } from '../metrics.ts'
import type { Tenants } from '../people/tenants.ts'
import { asSystem } from '../people/unit-of-work.ts'
import { type AnnouncedMessage, keepMessages } from '../inbox/keep-messages.ts'
import { askForCatchUp, askForSubscription } from '../mailboxes/due-mailboxes.ts'
import { askForRenewal } from '../subscriptions/due-renewals.ts'
import { markRemoved } from '../subscriptions/subscription-store.ts'
import { mailRecipeOf } from '../recipe-book/mail-recipe.ts'
import { judgeClientState } from './judge.ts'
import type { LifecycleEvent, Notification } from './notification.ts'

export type InboxDeps = { db: Database; tenants: Tenants }

export async function keepInInbox(deps: InboxDeps, notifications: Notification[]): Promise<void> {
  if (notifications.length === 0) return
  const verdicts = await asSystem(deps.db, async (trx) => {
    const judged = await judgeAll(trx, deps.tenants, notifications)
    await keepMessages(trx, judged.messages, 'notification')
    await keepLifecycle(trx, judged.lifecycle)
    return judged.verdicts
  })
  for (const [verdict, count] of verdicts) metrics.notifications.inc({ verdict }, count)
}

type Happened = { subscriptionId: string; connectionId: string; event: LifecycleEvent }

async function judgeAll(trx: Transaction<Schema>, tenants: Tenants, notifications: Notification[]) {
  const subscriptionOf = await findSubscriptions(trx, notifications)
  const messages: AnnouncedMessage[] = []
  const lifecycle: Happened[] = []
  const verdicts = new Map<string, number>()
  const count = (verdict: string) => verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  for (const notification of notifications) {
    const subscription = subscriptionOf(notification)
    const verdict = judgeClientState(notification.secretHash, subscription?.client_state_hash)
    if (!verdict.genuine || subscription === undefined) {
      count(verdict.genuine ? 'unknown-subscription' : verdict.reason)
      continue
    }
    const { connection_id: connectionId, tenant_id: tenantId } = subscription
    if (!tenants.allows(tenantId)) {
      count('tenant-not-allowed')
      continue
    }
    const { subject } = notification
    if (subject.kind === 'lifecycle') {
      lifecycle.push({ subscriptionId: subscription.id, connectionId, event: subject.event })
      count('lifecycle')
    } else if (subscription.has_recipe) {
      messages.push({ connectionId, tenantId, messageId: subject.messageId })
      count('kept')
    } else count('no-recipe')
  }
  return { messages, lifecycle, verdicts }
}

type Found = {
  id: string
  graph_id: string | null
  client_state_hash: Buffer
  connection_id: string
  tenant_id: string
  has_recipe: boolean
}

/**
 * One statement for the whole batch. Graph may post before its answer has given us the subscription's ID: then the secret's hash
 * finds it. It may also post late, for a subscription that was just replaced.
 */
async function findSubscriptions(trx: Transaction<Schema>, notifications: Notification[]) {
  const graphIds = [...new Set(notifications.map(({ subscriptionId }) => subscriptionId))]
  const hashes = [...new Map(notifications.map(({ secretHash }) => [secretHash.toString('hex'), secretHash])).values()]
  const { rows } = await sql<Found>`
    select subscriptions.id, graph_id, client_state_hash, connection_id, subscriptions.tenant_id,
      ${mailRecipeOf(sql.ref('connections.person_id'))} as has_recipe
    from subscriptions join connections on connections.id = subscriptions.connection_id
    where connections.status <> 'disconnecting' and (
      graph_id = any(${graphIds}::text[])
      or (subscriptions.state = 'pending' and client_state_hash = any(${hashes}::bytea[])))`.execute(trx)
  const known = new Map(rows.filter((row) => row.graph_id !== null).map((row) => [row.graph_id, row]))
  const pending = new Map(rows.filter((row) => row.graph_id === null).map((row) => [row.client_state_hash.toString('hex'), row]))
  return ({ subscriptionId, secretHash }: Notification) => known.get(subscriptionId) ?? pending.get(secretHash.toString('hex'))
}

async function keepLifecycle(trx: Transaction<Schema>, happened: Happened[]): Promise<void> {
  const each = (...events: LifecycleEvent[]) => [
    ...new Map(happened.filter(({ event }) => events.includes(event)).map((one) => [one.subscriptionId, one])).values(),
  ]
  const removed = each('subscriptionRemoved')
  const connectionsOf = (some: Happened[]) => [...new Set(some.map(({ connectionId }) => connectionId))]
  // Mailboxes before subscriptions, in the order in which rows are locked. A new subscription asks for a catch-up itself.
  await askForSubscription(trx, connectionsOf(removed))
  await askForCatchUp(trx, connectionsOf(each('missed', 'reauthorizationRequired')))
  for (const { subscriptionId } of removed) await markRemoved(trx, subscriptionId)
  await askForRenewal(
    trx,
    each('reauthorizationRequired').map(({ subscriptionId }) => subscriptionId),
  )
}
