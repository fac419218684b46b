// Keeps Graph calling: one subscription for each connected mailbox, made, renewed and made anew. Whoever comes second finds
// what is there and renews it, so that asking once more than needed does no harm.
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { withLease } from '../connections/leases.ts'
import type { Graph } from '../graph/graph-client.ts'
import { isDefinite, isRefusal } from '../graph/graph-error.ts'
import type { SubscriptionDeps } from './subscription-deps.ts'
import * as store from './subscription-store.ts'

const resource = "me/mailFolders('inbox')/messages"
/** Graph grants a mail subscription 10,080 minutes at most; clocks differ. */
const minutesAsked = 10_070
const leaseSeconds = 120

/** Renews the subscription of this mailbox, or makes one; then what arrived meanwhile is listed. */
export async function ensureSubscription(deps: SubscriptionDeps, connectionId: string): Promise<void> {
  await withLease(deps.db, `subscribe:${connectionId}`, leaseSeconds, async () => {
    const watched = await store.findWatched(deps.db, connectionId)
    if (watched === undefined || (watched.status !== 'active' && watched.status !== 'connecting')) return
    const graph = deps.openMailbox(connectionId)
    const present = await store.findActive(deps.db, connectionId)
    if (present !== undefined && (await renewed(deps, graph, present))) return catchUpSoon(deps, connectionId)
    await create(deps, graph, watched)
  })
}

/** What is due. A subscription that Graph no longer knows is made anew. */
export async function renewSubscription(deps: SubscriptionDeps, subscriptionId: string): Promise<void> {
  const row = await store.findSubscription(deps.db, subscriptionId)
  if (row === undefined || row.state !== 'active') return
  const watched = await store.findWatched(deps.db, row.connection_id)
  if (watched?.status !== 'active') return store.restRenewal(deps.db, subscriptionId)
  if (!(await renewed(deps, deps.openMailbox(row.connection_id), row))) await ensureSubscription(deps, row.connection_id)
}

/** Ends all that Graph holds for this mailbox and us, those whose answer was lost too. Gives how many. */
export async function removeSubscriptions(deps: SubscriptionDeps, connectionId: string): Promise<number> {
  const removed = await deleteOurs(deps, deps.openMailbox(connectionId))
  await store.markAllRemoved(deps.db, connectionId)
  return removed
}

/** Only its hash is kept, and before Graph is asked: Graph may call before it answers. */
async function create(deps: SubscriptionDeps, graph: Graph, watched: Parameters<typeof store.insertPending>[1]): Promise<void> {
  const clientState = randomBytes(32).toString('base64url')
  const id = await store.insertPending(deps.db, watched, createHash('sha256').update(clientState).digest())
  try {
    const { id: graphId, expirationDateTime } = subscription.parse(await postAlone(deps, graph, clientState))
    const isKept = await deps.db.transaction().execute(async (trx) => {
      const isActive = await store.activate(trx, id, { graphId, expiresAt: new Date(expirationDateTime) })
      if (isActive) await deps.queue.insert(trx, 'catch-up', [catchUpJob(watched.connectionId)])
      return isActive
    })
    if (!isKept) await graph.delete(`/subscriptions/${encodeURIComponent(graphId)}`)
  } catch (error) {
    if (isDefinite(error)) await store.deletePending(deps.db, id)
    throw error
  }
}

/** One whose answer was lost stands in the way of the next: it cannot be known by its secret, and goes. */
async function postAlone(deps: SubscriptionDeps, graph: Graph, clientState: string): Promise<unknown> {
  const { publicUrl } = deps.config
  const asked = () => ({
    changeType: 'created',
    notificationUrl: notificationUrl(publicUrl),
    lifecycleNotificationUrl: `${publicUrl}/graph/lifecycle`,
    resource,
    expirationDateTime: expiryAsked(),
    clientState,
  })
  try {
    return await graph.post('/subscriptions', asked())
  } catch (error) {
    if (!isRefusal(error, 409)) throw error
    await deleteOurs(deps, graph)
    return graph.post('/subscriptions', asked())
  }
}

async function renewed(deps: SubscriptionDeps, graph: Graph, row: store.SubscriptionRow): Promise<boolean> {
  if (row.graph_id === null) return false
  try {
    const answer = await graph.patch(`/subscriptions/${encodeURIComponent(row.graph_id)}`, { expirationDateTime: expiryAsked() })
    await store.markRenewed(deps.db, row.id, new Date(subscription.parse(answer).expirationDateTime))
    return true
  } catch (error) {
    if (!isRefusal(error, 404)) throw error
    await store.markRemoved(deps.db, row.id)
    return false
  }
}

async function deleteOurs({ config }: SubscriptionDeps, graph: Graph): Promise<number> {
  let removed = 0
  let next: string | null | undefined = '/subscriptions'
  while (next) {
    const page: z.infer<typeof listed> = listed.parse(await graph.get(next))
    for (const { id, notificationUrl: url } of page.value) {
      if (url !== notificationUrl(config.publicUrl)) continue
      await deleteOne(graph, id)
      removed += 1
    }
    next = page['@odata.nextLink']
  }
  return removed
}

async function deleteOne(graph: Graph, graphId: string): Promise<void> {
  try {
    await graph.delete(`/subscriptions/${encodeURIComponent(graphId)}`)
  } catch (error) {
    if (!isRefusal(error, 404)) throw error
  }
}

/** While one waits, no second one is needed. */
export const catchUpJob = (connectionId: string) => ({ data: { connectionId }, key: connectionId, group: connectionId })

const catchUpSoon = (deps: SubscriptionDeps, connectionId: string) =>
  deps.db.transaction().execute((trx) => deps.queue.insert(trx, 'catch-up', [catchUpJob(connectionId)]))

const notificationUrl = (publicUrl: string) => `${publicUrl}/graph/notifications`
const expiryAsked = () => new Date(Date.now() + minutesAsked * 60_000).toISOString()

const subscription = z.object({ id: z.string().min(1), expirationDateTime: z.iso.datetime({ offset: true }) })
const listed = z.object({
  value: z.array(z.object({ id: z.string(), notificationUrl: z.string().nullish() })),
  '@odata.nextLink': z.string().nullish(),
})
