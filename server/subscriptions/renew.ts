// Keeps a subscription alive. Renewing also binds it to a fresh token, so that it answers `reauthorizationRequired` too.
import { ConnectionLost } from '../connections/access-token.ts'
import { findConnectionById } from '../connections/connection-store.ts'
import { noteRefusal } from '../mailboxes/refusal-store.ts'
import { isPassing, renewAtGraph } from './graph-subscription.ts'
import { ensureSubscription } from './subscribe.ts'
import type { SubscriptionDeps } from './subscription-deps.ts'
import { findSubscription, markRemoved, restRenewal, saveRenewal } from './subscription-store.ts'

export async function renewSubscription(deps: SubscriptionDeps, subscriptionId: string): Promise<void> {
  const subscription = await findSubscription(deps.db, subscriptionId)
  if (subscription?.state !== 'active' || subscription.graph_id === null) return
  const connection = await findConnectionById(deps.db, subscription.connection_id)
  if (connection?.status !== 'active') return restRenewal(deps.db, subscription.id)
  try {
    const renewed = await renewAtGraph(
      deps.openMailbox(connection.id, { kind: 'subscription', recipeIds: [] }),
      subscription.graph_id,
      new Date(),
    )
    if (renewed !== undefined) return await saveRenewal(deps.db, subscription.id, renewed.expiresAt)
  } catch (error) {
    if (error instanceof ConnectionLost) return
    if (isPassing(error)) return noteRefusal(deps.db, connection.id, { status: error.status, retryBaseMs: deps.retryBaseMs })
    throw error
  }
  // Graph has it no more, and did not say so. A new one is followed by a listing of what came meanwhile.
  await markRemoved(deps.db, subscription.id)
  await ensureSubscription(deps, connection.id)
}
