// A table of the tests whose rows are jobs: things that are due, and done once they say so.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type OpenDatabase, openDatabase } from '../../../server/database/database.ts'
import type { InTransaction } from '../../../server/database/schema.ts'
import { type AllDueRows, type DueRow, type DueRows, inSeconds } from '../../../server/jobs/due-rows.ts'
import { dueQueues } from '../../../server/jobs/job-data.ts'
import { wakeWorkers } from '../../../server/jobs/wake.ts'
import { asSystem } from '../../../server/people/unit-of-work.ts'
import { openTestDatabase, type TestDatabase } from '../../support/databases.ts'

export type Things = Awaited<ReturnType<typeof openThings>>

/** Things are the jobs of `run`; those of `renew` are what nobody can give up. */
export async function openThings(kind: TestDatabase) {
  const own = await openTestDatabase(kind)
  const database: OpenDatabase = await openDatabase({ databaseUrl: own.env.DATABASE_URL ?? null, dataDir: own.env.DATA_DIR })
  const { db } = database
  const inTransaction: InTransaction = (work) => asSystem(db, work)
  await sql`create table things (id uuid primary key, group_id uuid not null, due_at timestamptz, place serial)`.execute(db)
  await sql`grant select, update on things to mailboard_system`.execute(db)

  return {
    database,
    inTransaction,
    all: Object.fromEntries(dueQueues.map((queue) => [queue, queue === 'run' || queue === 'renew' ? dueThings : none])) as AllDueRows,
    /** Makes as many due; they are of one group, or each of its own. */
    async add(count: number, { group, inSeconds: seconds = 0 }: { group?: string; inSeconds?: number } = {}): Promise<string[]> {
      const ids = Array.from({ length: count }, () => randomUUID())
      await sql`insert into things (id, group_id, due_at)
        select id, coalesce(${group ?? null}::uuid, id), ${inSeconds(seconds)} from unnest(${ids}::uuid[]) as new (id)`.execute(db)
      return ids
    },
    /** Asks for the same work once more. */
    ask: (id: string) =>
      inTransaction(async (trx) => {
        await sql`update things set due_at = now() where id = ${id}`.execute(trx)
        await wakeWorkers(trx, 'run')
      }),
    remove: async (id: string) => void (await sql`delete from things where id = ${id}`.execute(db)),
    async empty() {
      await sql`delete from things`.execute(db)
      await db.deleteFrom('claims').execute()
    },
    async close() {
      await database.close()
      await own.drop()
    },
  }
}

const dueThings: DueRows = {
  async find(trx, most, isFree) {
    const { rows } = await sql<DueRow>`
      select id as key, group_id as group from things where due_at <= now() and ${isFree(sql.ref('things.id'), sql.ref('things.group_id'))}
      order by due_at, place limit ${most} for no key update skip locked`.execute(trx)
    return rows
  },
  async moveAhead(trx, keys) {
    await sql`update things set due_at = null where id = any(${keys}::uuid[])`.execute(trx)
  },
  async putBack(trx, keys, seconds) {
    const { rows } = await sql<{ key: string }>`
      update things set due_at = least(due_at, ${inSeconds(seconds)}) where id = any(${keys}::uuid[]) returning id as key`.execute(trx)
    return rows.map(({ key }) => key)
  },
  dueAt: (key) => sql`(select due_at from things where id = ${key})`,
  waiting: sql`select id as key from things where due_at is not null`,
}

const none: DueRows = {
  find: async () => [],
  moveAhead: async () => undefined,
  putBack: async () => [],
  dueAt: () => sql`null::timestamptz`,
  waiting: sql`select id as key from things where false`,
}
