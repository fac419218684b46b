// The subscriptions that a batch of notifications speaks of, whose mailboxes they are, and whether anybody waits for a mail there.
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
import { hashOfClientState } from '../subscriptions/client-state.ts'
import type { Notification } from './notification.ts'

export type Watched = {
  id: string
  graphId: string | null
  clientStateHash: Buffer
  connectionId: string
  tenantId: string
  connectionStatus: 'connecting' | 'active' | 'needs-reconnect' | 'disconnecting'
  isAwaited: boolean
}

/**
 * A subscription is found by Graph's id; one whose id is still on its way to us by the hash of its secret.
 * One statement for all, so that its time says nothing about any of them.
 */
export async function findWatched(db: Db, notifications: Notification[]): Promise<(notification: Notification) => Watched | undefined> {
  const hexOf = ({ clientState }: Notification) => hashOfClientState(clientState ?? '').toString('hex')
  const ids = [...new Set(notifications.map(({ subscriptionId }) => subscriptionId))]
  const hashes = [...new Set(notifications.map(hexOf))]
  const { rows } = await sql<Watched>`
    select s.id, s.graph_id as "graphId", s.client_state_hash as "clientStateHash", s.connection_id as "connectionId",
      s.tenant_id as "tenantId", c.status as "connectionStatus",
      exists (select 1 from recipes r where r.person_id = c.person_id and r.enabled and r.trigger_kind = 'mail-received') as "isAwaited"
    from subscriptions s join connections c on c.id = s.connection_id
    where s.graph_id = any(${ids}::text[])
      or (s.state = 'pending' and s.client_state_hash in (select decode(hash, 'hex') from unnest(${hashes}::text[]) as given (hash)))`.execute(
    db,
  )
  const byGraphId = new Map(rows.map((row) => [row.graphId, row]))
  const pendingByHash = new Map(rows.filter(({ graphId }) => graphId === null).map((row) => [row.clientStateHash.toString('hex'), row]))
  return (notification) => byGraphId.get(notification.subscriptionId) ?? pendingByHash.get(hexOf(notification))
}
