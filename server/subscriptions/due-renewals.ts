// Which subscriptions are due for renewal, and how they become due before their time.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { type DueRow, type DueRows, inSeconds } from '../jobs/due-rows.ts'
import { wakeWorkers } from '../jobs/wake.ts'

export const dueRenewals: DueRows = {
  async find(trx, most, isFree) {
    const key = sql.ref('subscriptions.id')
    const { rows } = await sql<DueRow>`
      select id as key, id as group from subscriptions where state = 'active' and renew_at <= now() and ${isFree(key, key)}
      order by renew_at limit ${most} for no key update skip locked`.execute(trx)
    return rows
  },
  /** A renewal that fails for good is tried again before the subscription ends. */
  async moveAhead(trx, keys) {
    await sql`update subscriptions set renew_at = now() + greatest(interval '1 minute', (expires_at - now()) / 4)
      where id = any(${keys}::uuid[])`.execute(trx)
  },
  async putBack(trx, keys, seconds) {
    const { rows } = await sql<{ key: string }>`
      update subscriptions set renew_at = least(renew_at, ${inSeconds(seconds)}) where id = any(${keys}::uuid[]) and state = 'active'
      returning id as key`.execute(trx)
    return rows.map(({ key }) => key)
  },
  dueAt: (key) => sql`(select renew_at from subscriptions where id = ${key} and state = 'active')`,
  waiting: sql`select id as key from subscriptions where state = 'active' and renew_at <= now()`,
}

export async function askForRenewal(trx: Transaction<Schema>, subscriptionIds: string[]): Promise<void> {
  if (subscriptionIds.length === 0) return
  await sql`update subscriptions set renew_at = now() where id = any(array(
    select id from subscriptions where id = any(${subscriptionIds}::uuid[]) and state = 'active' order by id for no key update))`.execute(
    trx,
  )
  await wakeWorkers(trx, 'renew')
}
