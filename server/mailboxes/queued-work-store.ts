// What was announced while the connection was dead, and waits for it.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { wakeWorkers } from '../jobs/wake.ts'

type Trx = Transaction<Schema>

/**
 * Queues it, oldest first; or leaves it alone where its owner wants to begin anew. What was not even tried before its owner
 * came back is queued already, and takes its place among the others.
 */
export async function releaseParked(trx: Trx, connectionId: string, catchUp: 'all' | 'none'): Promise<void> {
  const parked = sql`connection_id = ${connectionId} and state = 'parked'`
  if (catchUp === 'none') {
    await sql`update inbox_messages set state = 'treated', treated_at = now() where ${parked}`.execute(trx)
    return
  }
  const waits = sql`connection_id = ${connectionId} and (state = 'parked' or (state = 'queued' and claim is null and due_at <= now()))`
  await sql`
    update inbox_messages set state = 'queued', treated_at = null, due_at = now() - later * interval '1 microsecond'
    from (select message_id as id, row_number() over (order by seen_at desc, due_at desc) as later from inbox_messages where ${waits}) as waiting
    where ${waits} and message_id = id`.execute(trx)
  await wakeWorkers(trx, 'message')
}

/** Ends what is queued or parked, and the runs that have not ended. Gives how many of all. */
export async function dropQueuedWork(trx: Trx, connectionId: string): Promise<number> {
  const messages = await trx
    .deleteFrom('inbox_messages')
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ['queued', 'parked'])
    .executeTakeFirst()
  const runs = await trx
    .updateTable('runs')
    .set({
      outcome: 'failed',
      reason_code: 'disconnected',
      reason_params: '{}',
      // Whoever is at work on it finds that it is no longer theirs.
      fence: sql`fence + 1`,
      lease_until: null,
      finished_at: sql<Date>`now()`,
    })
    .where('connection_id', '=', connectionId)
    .where('outcome', '=', 'waiting')
    .returning('id')
    .execute()
  const ids = runs.map(({ id }) => id)
  if (ids.length > 0) {
    await trx
      .updateTable('actions')
      .set({ outcome: 'failed', plan: null, ended_at: sql<Date>`now()` })
      .where('run_id', 'in', ids)
      .where('outcome', '=', 'waiting')
      .execute()
    await trx
      .updateTable('files')
      .set({ state: 'left-out', left_out_because: 'disconnected', attachment_id: null })
      .where('run_id', 'in', ids)
      .where('state', '=', 'pending')
      .execute()
  }
  return Number(messages.numDeletedRows) + ids.length
}
