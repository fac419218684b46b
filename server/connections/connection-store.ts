// The rows of connections. What they hold of tokens is the key under which Vault keeps them, and when they expire.
import { type Selectable, sql } from 'kysely'
import type { Connection } from '../../contract/connection.ts'
import type { Db, Schema } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import { newConnectionKey } from './connection-key.ts'

export type ConnectionRow = Selectable<Schema['connections']>
export type Provider = ConnectionRow['provider']
type Owner = { tenantId: string; personId: string }

export function findConnection(db: Db, personId: string, provider: Provider): Promise<ConnectionRow | undefined> {
  return db.selectFrom('connections').selectAll().where('person_id', '=', personId).where('provider', '=', provider).executeTakeFirst()
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

/**
 * A listing begins so long before the cursor: Graph's clock is not ours, and a mail may be seen in a listing a while after it
 * was received.
 */
export const listingOverlapMs = 10 * 60_000

type Activation = {
  account: string | null
  addresses: string[]
  inboxId: string
  scopes: string[]
  tokenExpiresAt: Date
  /** Whether what arrived before this moment is left alone. */
  fromNow: boolean
}

/** False: it is on its way out, or gone. */
export async function activateConnection(db: Db, connectionId: string, activation: Activation): Promise<boolean> {
  const { account, addresses, inboxId, scopes, tokenExpiresAt, fromNow } = activation
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set({
      status: 'active',
      account,
      addresses: jsonText(addresses),
      inbox_id: inboxId,
      scopes: jsonText(scopes),
      token_expires_at: tokenExpiresAt,
      last_refresh_at: sql<Date>`now()`,
      reason: null,
      refusals: 0,
      subscribe_at: null,
      next_catchup_at: sql<Date>`now()`,
      ...(fromNow ? { cursor: sql<Date>`now() + make_interval(secs => ${listingOverlapMs / 1000})` } : {}),
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
    .set({ status: 'needs-reconnect', reason: jsonText({ code, params: {} }), next_catchup_at: null })
    .where('id', '=', connectionId)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function markDisconnecting(db: Db, connectionId: string, receiptId: string): Promise<void> {
  await db
    .updateTable('connections')
    .set({ status: 'disconnecting', reason: jsonText({ code: 'disconnecting', params: { receiptId } }), next_catchup_at: null })
    .where('id', '=', connectionId)
    .execute()
}

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
    .selectAll('connections')
    .select(['subscriptions.graph_id', 'subscriptions.expires_at'])
    .distinctOn('connections.id')
    .where('connections.person_id', '=', personId)
    .orderBy('connections.id')
    .orderBy('subscriptions.expires_at', 'desc')
    .execute()
  return rows.flatMap((row) => (row.status === 'connecting' ? [] : [{ ...shown(row), status: row.status }]))
}

type ShownRow = ConnectionRow & { graph_id: string | null; expires_at: Date | null }

function shown({ graph_id: id, expires_at: expiresAt, ...row }: ShownRow): Omit<Connection, 'status'> {
  return {
    provider: row.provider,
    account: row.account,
    scopes: row.scopes,
    since: row.since.toISOString(),
    lastRefreshAt: row.last_refresh_at?.toISOString() ?? null,
    subscription: id === null || expiresAt === null ? null : { id, expiresAt: expiresAt.toISOString() },
    reason: row.status === 'disconnecting' ? null : row.reason,
  }
}
