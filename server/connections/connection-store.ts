// The rows of connections. What they hold of tokens is the key under which Vault keeps them, and when they expire.
import { type Selectable, sql, type SqlBool, type Transaction } from 'kysely'
import type { Connection } from '../../contract/connection.ts'
import type { Db, Schema } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import { wakeWorkers } from '../jobs/wake.ts'
import { newConnectionKey } from './connection-key.ts'

export type ConnectionRow = Selectable<Schema['connections']>
export type Provider = ConnectionRow['provider']
type Owner = { tenantId: string; personId: string }

export function findConnection(db: Db, personId: string, provider: Provider): Promise<ConnectionRow | undefined> {
  return db.selectFrom('connections').selectAll().where('person_id', '=', personId).where('provider', '=', provider).executeTakeFirst()
}

/** Microsoft's first. */
export function findConnections(db: Db, personId: string): Promise<ConnectionRow[]> {
  return db.selectFrom('connections').selectAll().where('person_id', '=', personId).orderBy('provider').execute()
}

export function findConnectionById(db: Db, connectionId: string): Promise<ConnectionRow | undefined> {
  return db.selectFrom('connections').selectAll().where('id', '=', connectionId).executeTakeFirst()
}

/** Its tokens will lie in Vault under a random key, from which nobody learns whose they are. */
export function addConnection(db: Db, { tenantId, personId }: Owner, provider: Provider): Promise<ConnectionRow> {
  return db
    .insertInto('connections')
    .values({
      tenant_id: tenantId,
      person_id: personId,
      provider,
      status: 'connecting',
      connection_key: newConnectionKey(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

type Activation = { account: string | null; scopes: string[]; tokenExpiresAt: Date | null }

/** False: it is on its way out, or gone. */
export async function activateConnection(db: Db, connectionId: string, activation: Activation): Promise<boolean> {
  const { account, scopes, tokenExpiresAt } = activation
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set({
      status: 'active',
      account,
      scopes: jsonText(scopes),
      token_expires_at: tokenExpiresAt,
      last_refresh_at: sql<Date>`now()`,
      reason: null,
    })
    .where('id', '=', connectionId)
    .where('status', '<>', 'disconnecting')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function markRefreshed(
  db: Db,
  connectionId: string,
  { expiresAt, scopes }: { expiresAt: Date | null; scopes: string[] },
): Promise<void> {
  await db
    .updateTable('connections')
    .set({ last_refresh_at: sql<Date>`now()`, token_expires_at: expiresAt, scopes: jsonText(scopes) })
    .where('id', '=', connectionId)
    .execute()
}

export type LostBecause =
  'revoked' | 'interaction-required' | 'consent-required' | 'blocked' | 'tokens-missing' | 'refused-by-graph' | 'tenant-not-allowed'

/** True for the one who marks it: everybody else finds it lost already, or on its way out. */
export async function markNeedsReconnect(db: Db, connectionId: string, code: LostBecause): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set({ status: 'needs-reconnect', reason: jsonText({ code, params: {} }) })
    .where('id', '=', connectionId)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** From now on its job is due (see due-disconnections.ts). */
export async function markDisconnecting(trx: Transaction<Schema>, connectionId: string, receiptId: string): Promise<void> {
  await trx
    .updateTable('connections')
    .set({
      status: 'disconnecting',
      reason: jsonText({ code: 'disconnecting', params: { receiptId } }),
      disconnect_at: sql<Date>`now()`,
    })
    .where('id', '=', connectionId)
    .execute()
  await wakeWorkers(trx, 'disconnect')
}

type Rested = { id: string; tenant_id: string; person_id: string }

/** Of tenants that the operator no longer lists, at most so many: their owners cannot connect again. */
export async function restFormer(db: Db, listed: readonly string[], atMost: number): Promise<Rested[]> {
  const { rows } = await sql<Rested>`
    update connections set status = 'needs-reconnect', reason = ${jsonText({ code: 'tenant-not-allowed', params: {} })}
    where id = any(array(
      select id from connections
      where ${isOfFormer(listed)} and (status = 'active' or status = 'needs-reconnect' and reason->>'code' is distinct from 'tenant-not-allowed')
      limit ${atMost} for update skip locked))
    returning id, tenant_id, person_id`.execute(db)
  return rows
}

/** Whether the tenant of a connection is no longer listed. */
export const isOfFormer = (listed: readonly string[]) =>
  sql<SqlBool>`connections.provider = 'microsoft' and connections.tenant_id <> all(${listed}::uuid[])`

export async function removeConnection(db: Db, connectionId: string): Promise<void> {
  await db.deleteFrom('connections').where('id', '=', connectionId).execute()
}

/** As the contract shows them; one that was never completed is shown to nobody. */
export async function connectionsShown(db: Db, personId: string): Promise<Connection[]> {
  const rows = await db
    .selectFrom('connections')
    .leftJoin('subscriptions', (join) =>
      join.onRef('subscriptions.connection_id', '=', 'connections.id').on('subscriptions.state', '=', 'active'),
    )
    .leftJoin('mailboxes', 'mailboxes.connection_id', 'connections.id')
    .selectAll('connections')
    .select(['subscriptions.graph_id', 'subscriptions.expires_at', 'mailboxes.refused_status'])
    .distinctOn('connections.id')
    .where('connections.person_id', '=', personId)
    .orderBy('connections.id')
    .orderBy('subscriptions.expires_at', 'desc')
    .execute()
  return rows.flatMap((row) => (row.status === 'connecting' ? [] : [{ ...shown(row), status: row.status }]))
}

type ShownRow = ConnectionRow & { graph_id: string | null; expires_at: Date | null; refused_status: number | null }

function shown({ graph_id: id, expires_at: expiresAt, ...row }: ShownRow): Omit<Connection, 'status'> {
  return {
    provider: row.provider,
    account: row.account,
    scopes: row.scopes,
    since: row.since.toISOString(),
    lastRefreshAt: row.last_refresh_at?.toISOString() ?? null,
    subscription: id === null || expiresAt === null ? null : { id, expiresAt: expiresAt.toISOString() },
    reason: reasonOf(row),
  }
}

/** One that is active lacks nothing but, for a while, its subscription. */
function reasonOf({ status, reason, refused_status: refused }: Omit<ShownRow, 'graph_id' | 'expires_at'>): Connection['reason'] {
  if (status === 'disconnecting') return null
  if (status !== 'active') return reason
  return refused === null ? null : { code: 'subscription-refused', params: { status: String(refused) } }
}
