// The rows of subscriptions: pending from before Graph is asked until it has answered, active until it has let go.
import { type Selectable, sql, type Transaction } from 'kysely'
import type { Db, Schema } from '../database/schema.ts'
import type { GraphSubscription } from './graph-subscription.ts'

export type SubscriptionRow = Selectable<Schema['subscriptions']>

export function findSubscription(db: Db, id: string): Promise<SubscriptionRow | undefined> {
  return db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst()
}

/** One that Graph still knows, as far as we know. */
export function findLiveSubscription(db: Db, connectionId: string): Promise<SubscriptionRow | undefined> {
  return db
    .selectFrom('subscriptions')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'active')
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('expires_at', 'desc')
    .executeTakeFirst()
}

/** Those that Graph may hold: asked for, or made. */
export function presentSubscriptions(db: Db, connectionId: string): Promise<SubscriptionRow[]> {
  return db.selectFrom('subscriptions').selectAll().where('connection_id', '=', connectionId).where('state', '<>', 'removed').execute()
}

type Watched = { id: string; tenant_id: string }

/** Of those whose answer was lost a few are kept: Graph may be calling for them. */
export async function insertPending(db: Db, connection: Watched, clientStateHash: Buffer): Promise<string> {
  await sql`
    delete from subscriptions where connection_id = ${connection.id} and state = 'pending' and id not in (
      select id from subscriptions where connection_id = ${connection.id} and state = 'pending' order by created_at desc limit 3
    )`.execute(db)
  const { id } = await db
    .insertInto('subscriptions')
    .values({ tenant_id: connection.tenant_id, connection_id: connection.id, client_state_hash: clientStateHash, state: 'pending' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function deletePending(db: Db, id: string): Promise<void> {
  await db.deleteFrom('subscriptions').where('id', '=', id).where('state', '=', 'pending').execute()
}

/** It takes the place of whatever watched this mailbox before. False: the mailbox was disconnected meanwhile. */
export async function activate(trx: Transaction<Schema>, id: string, granted: GraphSubscription): Promise<boolean> {
  const activated = await trx
    .updateTable('subscriptions')
    .set({ graph_id: granted.id, state: 'active', ...lifeUntil(granted.expiresAt) })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .returning('connection_id')
    .executeTakeFirst()
  if (activated === undefined) return false
  const ofConnection = activated.connection_id
  await trx
    .deleteFrom('subscriptions')
    .where('connection_id', '=', ofConnection)
    .where('state', '=', 'removed')
    .where('created_at', '<', sql<Date>`now() - interval '7 days'`)
    .execute()
  await trx
    .updateTable('subscriptions')
    .set({ state: 'removed', renew_at: null })
    .where('connection_id', '=', ofConnection)
    .where('id', '<>', id)
    .execute()
  return true
}

export async function saveRenewal(db: Db, id: string, expiresAt: Date): Promise<void> {
  await db.updateTable('subscriptions').set(lifeUntil(expiresAt)).where('id', '=', id).where('state', '=', 'active').execute()
}

export async function markRemoved(db: Db, id: string): Promise<void> {
  await db.updateTable('subscriptions').set({ state: 'removed', renew_at: null }).where('id', '=', id).execute()
}

export async function markAllRemoved(db: Db, connectionId: string): Promise<void> {
  await db.updateTable('subscriptions').set({ state: 'removed', renew_at: null }).where('connection_id', '=', connectionId).execute()
}

/** While its connection is dead it is left to run out; reconnecting renews it. */
export async function restRenewal(db: Db, id: string): Promise<void> {
  await db.updateTable('subscriptions').set({ renew_at: null }).where('id', '=', id).execute()
}

/** Whether one is being made just now: longer than its lease lasts nobody is at it. */
export async function isBeingMade(db: Db, connectionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'pending')
    .where('created_at', '>', sql<Date>`now() - interval '3 minutes'`)
    .executeTakeFirst()
  return row !== undefined
}

/** Renewed at half of its life, which is Graph's to grant. */
const lifeUntil = (expiresAt: Date) => ({
  expires_at: expiresAt,
  renew_at: sql<Date>`now() + (${expiresAt}::timestamptz - now()) / 2`,
})
