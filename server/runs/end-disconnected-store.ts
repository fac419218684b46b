// Runs that have not ended when their mailbox is disconnected.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'

/** Gives their ids. Whoever is at work on one of them finds that it is no longer theirs. */
export async function endDisconnected(trx: Transaction<Schema>, connectionId: string): Promise<string[]> {
  const ended = await trx
    .updateTable('runs')
    .set({
      outcome: 'failed',
      reason_code: 'disconnected',
      reason_params: '{}',
      fence: sql`fence + 1`,
      lease_until: null,
      finished_at: sql<Date>`now()`,
    })
    .where('connection_id', '=', connectionId)
    .where('outcome', '=', 'waiting')
    .returning('id')
    .execute()
  const ids = ended.map(({ id }) => id)
  if (ids.length > 0)
    await trx
      .updateTable('actions')
      .set({ outcome: 'failed', plan: null, ended_at: sql<Date>`now()` })
      .where('run_id', 'in', ids)
      .where('outcome', '=', 'waiting')
      .execute()
  if (ids.length > 0) await trx.deleteFrom('intents').where('run_id', 'in', ids).execute()
  return ids
}
