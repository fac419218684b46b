// What was announced while the connection was dead, and waits for it.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { Queue } from '../jobs/queue.ts'

type Trx = Transaction<Schema>

/** Queues it, oldest first; or leaves it alone where its owner wants to begin anew. */
export async function releaseParked(trx: Trx, queue: Pick<Queue, 'insert'>, connectionId: string, catchUp: 'all' | 'none'): Promise<void> {
  const released = await trx
    .updateTable('inbox_messages')
    .set(catchUp === 'all' ? { state: 'queued', treated_at: null } : { state: 'treated', treated_at: sql<Date>`now()` })
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'parked')
    .returning(['message_id', 'seen_at'])
    .execute()
  if (catchUp === 'none') return
  const jobs = released
    .toSorted((one, other) => one.seen_at.getTime() - other.seen_at.getTime())
    .map(({ message_id: messageId }) => ({ data: { connectionId, messageId }, group: connectionId }))
  await queue.insert(trx, 'message', jobs, { inOrder: true })
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
