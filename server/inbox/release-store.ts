// What was announced while the connection was dead, and waits for it; and what will not be looked at any more.
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

/** Gives how many were queued or parked. */
export async function dropMessages(trx: Trx, connectionId: string): Promise<number> {
  const waiting = trx.deleteFrom('inbox_messages').where('connection_id', '=', connectionId).where('state', 'in', ['queued', 'parked'])
  return Number((await waiting.executeTakeFirst()).numDeletedRows)
}
