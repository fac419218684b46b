// A process is there as long as PostgreSQL holds its lock, which ends with its connection: when the process is killed, at once;
// when its host vanishes, with the keepalive. Claims carry the number of their process, so that whoever finds the lock free
// knows what is to be taken over. On the embedded database one process is alone, and takes over when it starts.
import { randomInt } from 'node:crypto'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { OpenDatabase } from '../database/database.ts'
import type { InTransaction } from '../database/schema.ts'
import { log } from '../log.ts'

export type Presence = {
  /** null: none is needed. */
  worker: number | null
  /** Processes that ended without a word. A lock may be free for a moment while its holder reaches the database again. */
  gone(): Promise<number[]>
  /** Nothing of theirs is under way any more. */
  forget(workers: number[]): Promise<void>
  stop(): Promise<void>
}

/** The first half of the key of each lock. */
const lockClass = 710_553
const goneAfterMs = 1_500

export async function openPresence(database: Pick<OpenDatabase, 'kind' | 'hold'>, inTransaction: InTransaction): Promise<Presence> {
  if (database.kind === 'embedded')
    return { worker: null, gone: async () => [], forget: async () => undefined, stop: async () => undefined }
  const worker = randomInt(1, 2 ** 31)
  const enter = () =>
    inTransaction((trx) =>
      trx
        .insertInto('workers')
        .values({ number: worker })
        .onConflict((on) => on.doNothing())
        .execute(),
    )
  const enterAnew = () => void enter().catch((error: unknown) => log.warn({ err: error }, 'This process cannot be entered'))
  const release = await database.hold([lockClass, worker], enterAnew)
  await enter()
  const leave = (workers: number[]) =>
    inTransaction(async (trx) => void (await trx.deleteFrom('workers').where('number', 'in', workers).execute()))
  const freeSince = new Map<number, number>()

  return {
    worker,
    async gone() {
      const isFree = sql<SqlBool>`not ${isPresent(sql.ref('number'))}`
      const rows = await inTransaction((trx) =>
        trx.selectFrom('workers').select('number').where(isFree).where('number', '<>', worker).execute(),
      )
      const free = new Set(rows.map(({ number }) => number))
      for (const number of freeSince.keys()) if (!free.has(number)) freeSince.delete(number)
      for (const number of free) if (!freeSince.has(number)) freeSince.set(number, performance.now())
      return [...freeSince].flatMap(([number, since]) => (performance.now() - since >= goneAfterMs ? [number] : []))
    },
    async forget(workers) {
      await leave(workers)
      for (const number of workers) freeSince.delete(number)
    },
    /** What it had under way has been given back before. */
    async stop() {
      await leave([worker]).catch((error: unknown) => log.warn({ err: error }, 'This process cannot be taken off the list'))
      await release()
    },
  }
}

export const isPresent = (worker: RawBuilder<unknown>) => sql<SqlBool>`exists (
  select from pg_locks
  where locktype = 'advisory' and classid = ${lockClass} and objid = (${worker})::bigint and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database()))`
