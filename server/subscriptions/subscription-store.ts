// The rows of subscriptions: pending from before Graph is asked until it has answered, active until Graph has let go.
import { type Selectable, sql, type Transaction } from 'kysely'
import type { Db, Schema } from '../database/schema.ts'

export type SubscriptionRow = Selectable<Schema['subscriptions']>

type Watched = { connectionId: string; tenantId: string; status: Schema['connections']['status'] }

/** The connection whose mailbox is to be watched. */
export async function findWatched(db: Db, connectionId: string): Promise<Watched | undefined> {
  const row = await db
    .selectFrom('connections')
    .select(['id', 'tenant_id', 'status'])
    .where('id', '=', connectionId)
    .where('provider', '=', 'microsoft')
    .executeTakeFirst()
  return row && { connectionId: row.id, tenantId: row.tenant_id, status: row.status }
}

export function findSubscription(db: Db, id: string): Promise<SubscriptionRow | undefined> {
  return db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst()
}

export function findActive(db: Db, connectionId: string): Promise<SubscriptionRow | undefined> {
  return db
    .selectFrom('subscriptions')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'active')
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
}

/** Of those whose answer was lost a few are kept: Graph may call for them. */
export async function insertPending(db: Db, { connectionId, tenantId }: Watched, clientStateHash: Buffer): Promise<string> {
  await sql`
    delete from subscriptions where connection_id = ${connectionId} and state = 'pending' and id not in (
      select id from subscriptions where connection_id = ${connectionId} and state = 'pending' order by created_at desc limit 3
    )`.execute(db)
  const { id } = await db
    .insertInto('subscriptions')
    .values({ tenant_id: tenantId, connection_id: connectionId, client_state_hash: clientStateHash, state: 'pending' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function deletePending(db: Db, id: string): Promise<void> {
  await db.deleteFrom('subscriptions').where('id', '=', id).where('state', '=', 'pending').execute()
}

/** It takes the place of whatever watched this mailbox before. False: the connection went away meanwhile. */
export async function activate(trx: Transaction<Schema>, id: string, granted: { graphId: string; expiresAt: Date }): Promise<boolean> {
  const activated = await trx
    .updateTable('subscriptions')
    .set({ graph_id: granted.graphId, state: 'active', ...lifeUntil(granted.expiresAt) })
    .where('id', '=', id)
    .returning('connection_id')
    .executeTakeFirst()
  if (activated === undefined) return false
  const others = trx.updateTable('subscriptions').where('connection_id', '=', activated.connection_id).where('id', '<>', id)
  await others.set({ state: 'removed', renew_at: null }).execute()
  await trx
    .deleteFrom('subscriptions')
    .where('connection_id', '=', activated.connection_id)
    .where('state', '=', 'removed')
    .where('created_at', '<', sql<Date>`now() - interval '7 days'`)
    .execute()
  return true
}

export async function markRenewed(db: Db, id: string, expiresAt: Date): Promise<void> {
  await db.updateTable('subscriptions').set(lifeUntil(expiresAt)).where('id', '=', id).where('state', '=', 'active').execute()
}

export async function markRemoved(db: Db, id: string): Promise<void> {
  await db.updateTable('subscriptions').set({ state: 'removed', renew_at: null }).where('id', '=', id).execute()
}

export async function markAllRemoved(db: Db, connectionId: string): Promise<void> {
  await db.updateTable('subscriptions').set({ state: 'removed', renew_at: null }).where('connection_id', '=', connectionId).execute()
}

/** While its connection is dead a subscription is left to run out; reconnecting renews it. */
export async function restRenewal(db: Db, id: string): Promise<void> {
  await db.updateTable('subscriptions').set({ renew_at: null }).where('id', '=', id).execute()
}

/** Those due, each given to one caller; one that comes to nothing is due again in an hour. */
export async function claimRenewals(trx: Transaction<Schema>, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update subscriptions set renew_at = now() + interval '1 hour' where id in (
      select id from subscriptions where state = 'active' and renew_at <= now() order by renew_at limit ${most} for update skip locked
    ) returning id`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Renewed at half of its life, which is Graph's to grant. */
const lifeUntil = (expiresAt: Date) => ({
  expires_at: expiresAt,
  renew_at: sql<Date>`now() + (${expiresAt}::timestamptz - now()) / 2`,
})
