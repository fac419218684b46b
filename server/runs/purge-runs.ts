// Runs are kept for so many days, then they go with what they had planned. Items stay.
import { type SqlBool, sql, type Transaction } from 'kysely'
import type { Database, Db, Schema } from '../database/schema.ts'
import { log } from '../log.ts'
import { asSystem } from '../people/unit-of-work.ts'

const mostAtOnce = 1_000
const everyMs = 3_600_000

/** What else is kept for so many days. */
type Purge = (trx: Transaction<Schema>, retentionDays: number) => Promise<unknown>

/** Once an hour, on every process that does jobs. Gives a function that stops it. */
export function keepPurged(db: Database, retentionDays: number, further: Purge[] = []): () => void {
  const unhurried = <Result>(work: (trx: Transaction<Schema>) => Promise<Result>) =>
    asSystem(db, async (trx) => {
      // After a long stop there is much to remove: cut off, it would begin anew each hour and never end.
      await sql`set local statement_timeout = '30min'`.execute(trx)
      return work(trx)
    })
  const purge = async () => {
    while ((await unhurried((trx) => purgeRuns(trx, retentionDays))) === mostAtOnce);
    for (const each of further) await unhurried((trx) => each(trx, retentionDays))
  }
  const tick = () => void purge().catch((error: unknown) => log.warn({ err: error }, 'Old runs were not removed'))
  tick()
  const timer = setInterval(tick, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

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
