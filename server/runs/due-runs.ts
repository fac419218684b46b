// Which waiting runs are due, and how they become due.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { type DueRow, type DueRows, inSeconds } from '../jobs/due-rows.ts'
import { wakeWorkers } from '../jobs/wake.ts'

type Trx = Transaction<Schema>

/** Runs of a mailbox come one at a time, in their order. A run that waits for its connection has no time. */
export const dueRuns: DueRows = {
  async find(trx, most, isFree) {
    const { rows } = await sql<DueRow>`
      select id as key, ${group} as group from runs
      where outcome = 'waiting' and due_at <= now() and ${isFree(sql.ref('runs.id'), group)}
      order by due_at limit ${most} for no key update skip locked`.execute(trx)
    return rows
  },
  async moveAhead(trx, keys) {
    await sql`update runs set due_at = null where id = any(${keys}::uuid[])`.execute(trx)
  },
  async putBack(trx, keys, seconds) {
    const { rows } = await sql<{ key: string }>`
      update runs set due_at = least(due_at, ${inSeconds(seconds)}) where id = any(${keys}::uuid[]) and outcome = 'waiting'
      returning id as key`.execute(trx)
    return rows.map(({ key }) => key)
  },
  dueAt: (key) => sql`(select due_at from runs where id = ${key} and outcome = 'waiting')`,
  waiting: sql`select id as key from runs where outcome = 'waiting' and due_at is not null`,
}

const group = sql`coalesce(runs.connection_id, runs.id)`

/** They are claimed in this order: each is due a moment before the next one. */
export async function makeRunsDue(trx: Trx, runIds: string[], afterSeconds = 0): Promise<void> {
  if (runIds.length === 0) return
  await sql`update runs set due_at = ${inSeconds(afterSeconds)} + (place - ${runIds.length}) * interval '1 microsecond'
    from unnest(${runIds}::uuid[]) with ordinality as given (run_id, place) where id = run_id`.execute(trx)
  await wakeWorkers(trx, 'run')
}
