// Keeps Graph calling: one subscription for each connected mailbox. Whoever comes second finds what is there and renews it,
// so that asking once more than needed does no harm.
import type { Transaction } from 'kysely'
import { ConnectionLost } from '../connections/access-token.ts'
import { type ConnectionRow, findConnectionById } from '../connections/connection-store.ts'
import { withLease } from '../database/leases.ts'
import type { Schema } from '../database/schema.ts'
import type { Graph } from '../graph/graph-client.ts'
import { isDefinite, isRefusal } from '../graph/graph-error.ts'
import { askForCatchUp } from '../mailboxes/due-mailboxes.ts'
import { forgetRefusals, noteRefusal } from '../mailboxes/refusal-store.ts'
import { asSystem } from '../people/unit-of-work.ts'
import { newClientState } from './client-state.ts'
import { createAtGraph, deleteAtGraph, type GraphSubscription, isPassing, listAtGraph, renewAtGraph } from './graph-subscription.ts'
import type { SubscriptionDeps } from './subscription-deps.ts'
import {
  activate,
  deletePending,
  findLiveSubscription,
  insertPending,
  markAllRemoved,
  markRemoved,
  presentSubscriptions,
  saveRenewal,
} from './subscription-store.ts'

/** Outlasts the calls: each may take half a minute. */
const leaseSeconds = 150

/** Renews the subscription of this mailbox, or makes one; then what arrived meanwhile is listed. */
export async function ensureSubscription(deps: SubscriptionDeps, connectionId: string): Promise<void> {
  await withLease(deps.db, `subscribe:${connectionId}`, leaseSeconds, async () => {
    const connection = await findConnectionById(deps.db, connectionId)
    if (connection !== undefined && !deps.tenants.allows(connection.tenant_id)) return endOffboarded(deps, connection)
    if (connection?.status !== 'active' && connection?.status !== 'connecting') return
    try {
      if (!(await renewPresent(deps, connection))) await create(deps, connection)
    } catch (error) {
      if (isPassing(error)) return noteRefusal(deps.db, connectionId, { status: error.status, retryBaseMs: deps.retryBaseMs })
      if (!(error instanceof ConnectionLost)) throw error
    }
  })
}

/** Ends all that Graph holds for this mailbox and us, those whose answer was lost too. Gives how many. */
export async function removeSubscriptions(deps: SubscriptionDeps, connectionId: string): Promise<number> {
  const removed = await deleteOurs(deps, deps.openMailbox(connectionId, { kind: 'disconnection', recipeIds: [] }))
  await markAllRemoved(deps.db, connectionId)
  return removed
}

/**
 * The operator no longer lists this tenant: one call ends what Graph sends, with the last token that is taken for it. Where the
 * token is dead, it ends by itself within a week.
 */
async function endOffboarded(deps: SubscriptionDeps, connection: ConnectionRow): Promise<void> {
  if (connection.status !== 'needs-reconnect') return
  const present = await presentSubscriptions(deps.db, connection.id)
  if (present.length === 0) return
  const graph = deps.openMailbox(connection.id, { kind: 'disconnection', recipeIds: [] })
  try {
    const graphIds = present.flatMap(({ graph_id }) => graph_id ?? [])
    // The answer to one that was asked for may have been lost: only a list tells of it.
    if (graphIds.length < present.length) await deleteOurs(deps, graph)
    else for (const graphId of graphIds) await deleteAtGraph(graph, graphId)
  } catch (error) {
    if (!(error instanceof ConnectionLost) && !isRefusal(error, 400, 401, 403, 404)) throw error
  }
  await markAllRemoved(deps.db, connection.id)
}

async function renewPresent(deps: SubscriptionDeps, connection: ConnectionRow): Promise<boolean> {
  const present = await findLiveSubscription(deps.db, connection.id)
  if (present === undefined || present.graph_id === null) return false
  const renewed = await renewAtGraph(deps.openMailbox(connection.id, { kind: 'subscription', recipeIds: [] }), present.graph_id, new Date())
  if (renewed === undefined) {
    await markRemoved(deps.db, present.id)
    return false
  }
  await asSystem(deps.db, async (trx) => {
    await noteSubscribed(trx, connection.id)
    await saveRenewal(trx, present.id, renewed.expiresAt)
  })
  return true
}

/** The hash of its secret is committed before Graph is asked: Graph may call before it answers. */
async function create(deps: SubscriptionDeps, connection: ConnectionRow): Promise<void> {
  const graph = deps.openMailbox(connection.id, { kind: 'subscription', recipeIds: [] })
  const { clientState, hash } = newClientState()
  const id = await insertPending(deps.db, connection, hash)
  const created = await createAlone(deps, graph, clientState).catch(async (error: unknown) => {
    if (isDefinite(error)) await deletePending(deps.db, id)
    throw error
  })
  const isKept = await asSystem(deps.db, async (trx) => {
    await noteSubscribed(trx, connection.id)
    return activate(trx, id, created)
  })
  if (!isKept) await deleteAtGraph(graph, created.id)
}

/** What arrived before is listed. The mailbox is written before its subscription, in the order in which rows are locked. */
async function noteSubscribed(trx: Transaction<Schema>, connectionId: string): Promise<void> {
  await forgetRefusals(trx, connectionId)
  await askForCatchUp(trx, [connectionId])
}

/** One whose answer was lost stands in the way of the next, and goes: nobody knows its secret any more. */
async function createAlone(deps: SubscriptionDeps, graph: Graph, clientState: string): Promise<GraphSubscription> {
  const given = { publicUrl: deps.publicUrl, clientState, now: new Date() }
  try {
    return await createAtGraph(graph, given)
  } catch (error) {
    if (!isRefusal(error, 409)) throw error
    await deleteOurs(deps, graph)
    return createAtGraph(graph, given)
  }
}

async function deleteOurs({ publicUrl }: SubscriptionDeps, graph: Graph): Promise<number> {
  let deleted = 0
  for (const graphId of await listAtGraph(graph, publicUrl)) if (await deleteAtGraph(graph, graphId)) deleted += 1
  return deleted
}
