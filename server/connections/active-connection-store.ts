// A connection that is nothing but tokens, as that to monday.com: no mailbox hangs on it.
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import type { ConnectionRow } from './connection-store.ts'

type Activation = { account: string; scopes: readonly string[]; tokenExpiresAt: Date | null }

/** False: it is on its way out, or gone. */
export async function activateTokens(db: Db, connectionId: string, { account, scopes, tokenExpiresAt }: Activation): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('connections')
    .set({
      status: 'active',
      account,
      scopes: jsonText([...scopes]),
      token_expires_at: tokenExpiresAt,
      last_refresh_at: sql<Date>`now()`,
      reason: null,
    })
    .where('id', '=', connectionId)
    .where('status', '<>', 'disconnecting')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Microsoft's first. */
export function findConnections(db: Db, personId: string): Promise<ConnectionRow[]> {
  return db.selectFrom('connections').selectAll().where('person_id', '=', personId).orderBy('provider').execute()
}
