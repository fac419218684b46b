// Which subscriptions are due, found by index. Rows that another process is taking are skipped.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'

/** A renewal that fails for good is tried again before the subscription ends. */
export async function takeDueRenewals(trx: Transaction<Schema>, atMost: number): Promise<{ id: string; connectionId: string }[]> {
  const { rows } = await sql<{ id: string; connection_id: string }>`
    update subscriptions set renew_at = now() + greatest(interval '1 minute', (expires_at - now()) / 4)
    where id = any(array(
      select id from subscriptions where state = 'active' and renew_at <= now() order by renew_at limit ${atMost} for update skip locked))
    returning id, connection_id`.execute(trx)
  return rows.map(({ id, connection_id }) => ({ id, connectionId: connection_id }))
}
