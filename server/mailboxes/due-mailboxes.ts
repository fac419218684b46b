// Which mailboxes are due for a listing of their Inbox or for a subscription, and how they become due.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { type DueRow, type DueRows, inSeconds } from '../jobs/due-rows.ts'
import { wakeWorkers } from '../jobs/wake.ts'

type Trx = Transaction<Schema>
type TimeOf = 'catch_up_at' | 'subscribe_at'

const dueBy = (column: TimeOf, waiting: DueRows['waiting']): DueRows => {
  const at = sql.ref(column)
  return {
    async find(trx, most, isFree) {
      const key = sql.ref('mailboxes.connection_id')
      const { rows } = await sql<DueRow>`
        select connection_id as key, connection_id as group from mailboxes where ${at} <= now() and ${isFree(key, key)}
        order by ${at} limit ${most} for no key update skip locked`.execute(trx)
      return rows
    },
    async moveAhead(trx, keys) {
      await sql`update mailboxes set ${at} = null where connection_id = any(${keys}::uuid[])`.execute(trx)
    },
    async putBack(trx, keys, seconds) {
      const { rows } = await sql<{ key: string }>`
        update mailboxes set ${at} = least(${at}, ${inSeconds(seconds)}) where connection_id = any(${keys}::uuid[])
        returning connection_id as key`.execute(trx)
      return rows.map(({ key }) => key)
    },
    dueAt: (key) => sql`(select ${at} from mailboxes where connection_id = ${key})`,
    waiting,
  }
}

/** `catch_up_at` is when a mailbox is listed as soon as a worker is free; `next_catchup_at`, when its turn comes (see due-store.ts). */
export const dueCatchUps = dueBy('catch_up_at', sql`select connection_id as key from mailboxes where catch_up_at is not null`)

/** A mailbox that Graph has refused for now (see refusal-store.ts) waits for its time, and is no job before. */
export const dueSubscriptions = dueBy('subscribe_at', sql`select connection_id as key from mailboxes where subscribe_at <= now()`)

export const askForCatchUp = (trx: Trx, connectionIds: string[]) => ask(trx, 'catch_up_at', connectionIds)
export const askForSubscription = (trx: Trx, connectionIds: string[]) => ask(trx, 'subscribe_at', connectionIds)

/** Locks in one order, so that two transactions that ask for the same mailboxes cannot deadlock. */
async function ask(trx: Trx, column: TimeOf, connectionIds: string[]): Promise<void> {
  if (connectionIds.length === 0) return
  const at = sql.ref(column)
  await sql`update mailboxes set ${at} = least(${at}, now()) where connection_id = any(array(
    select connection_id from mailboxes where connection_id = any(${connectionIds}::uuid[]) order by connection_id for no key update))`.execute(
    trx,
  )
  await wakeWorkers(trx, column === 'catch_up_at' ? 'catch-up' : 'subscribe')
}
