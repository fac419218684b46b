// Which connections are due to be removed. They stay due until their rows are gone.
import { sql } from 'kysely'
import { type DueRow, type DueRows, inSeconds } from '../jobs/due-rows.ts'
import { longestPauseSeconds } from '../jobs/retry.ts'

export const dueDisconnections: DueRows = {
  async find(trx, most, isFree) {
    const key = sql.ref('connections.id')
    const { rows } = await sql<DueRow>`
      select id as key, id as group from connections where disconnect_at <= now() and ${isFree(key, key)}
      order by disconnect_at limit ${most} for no key update skip locked`.execute(trx)
    return rows
  },
  /** Tried again even after all attempts have failed: the owner sees that the connection is being removed. */
  async moveAhead(trx, keys) {
    await sql`update connections set disconnect_at = ${inSeconds(longestPauseSeconds)} where id = any(${keys}::uuid[])`.execute(trx)
  },
  async putBack(trx, keys, seconds) {
    const { rows } = await sql<{ key: string }>`
      update connections set disconnect_at = least(disconnect_at, ${inSeconds(seconds)})
      where id = any(${keys}::uuid[]) and status = 'disconnecting' returning id as key`.execute(trx)
    return rows.map(({ key }) => key)
  },
  dueAt: (key) => sql`(select disconnect_at from connections where id = ${key})`,
  waiting: sql`select id as key from connections where disconnect_at <= now()`,
}
