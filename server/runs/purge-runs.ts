// Runs are kept for so many days, then they go with what they had planned. Items stay.
import { type SqlBool, sql } from 'kysely'
import type { Db } from '../database/schema.ts'

const mostAtOnce = 1_000

export async function purgeRuns(db: Db, retentionDays: number): Promise<number> {
  const old = db
    .selectFrom('runs')
    .select('id')
    .where(sql<SqlBool>`finished_at < now() - make_interval(days => ${retentionDays}::int)`)
    .limit(mostAtOnce)
  const { numDeletedRows } = await db.deleteFrom('runs').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}

/** One process alone uses the embedded database: when it starts nobody holds a run. */
export async function freeAllRuns(db: Db): Promise<void> {
  await db.updateTable('runs').set({ lease_until: null }).where('outcome', '=', 'waiting').where('lease_until', 'is not', null).execute()
}
