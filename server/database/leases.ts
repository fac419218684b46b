// One holder at a time for what must not run twice over an outside call: a row, by the database's clock, and no transaction
// that is held meanwhile. A holder that died is followed when its time is over.
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { sql, type SqlBool } from 'kysely'
import type { Database, Db } from './schema.ts'

const shortestPauseMs = 20
const longestPauseMs = 250

/** Waits for the holder, at most for two lives of a lease. `seconds` must outlast the work. */
export async function withLease<Result>(db: Database, name: string, seconds: number, work: () => Promise<Result>): Promise<Result> {
  const lease = await waitForLease(db, name, { seconds, patienceMs: seconds * 2000 })
  if (lease === undefined) throw new Error('A lease was not given back in time')
  try {
    return await work()
  } finally {
    await lease.release()
  }
}

/** undefined: its holder has not given it back within `patienceMs`. */
export async function waitForLease(
  db: Database,
  name: string,
  { seconds, patienceMs }: { seconds: number; patienceMs: number },
): Promise<KeptLease | undefined> {
  const until = performance.now() + patienceMs
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const lease = await tryLease(db, name, seconds)
    if (lease !== undefined || performance.now() > until) return lease
    await wait(pauseMs)
  }
}

/** Throws where somebody else may have it by now. */
export type KeptLease = { keep: () => Promise<void>; release: () => Promise<void> }

/** undefined: somebody has it. It is to be kept from time to time while the work goes on, so that it ends soon after its holder. */
export async function tryLease(db: Database, name: string, seconds: number): Promise<KeptLease | undefined> {
  const holder = randomUUID()
  if (!(await takeLease(db, { name, holder, seconds }))) return undefined
  const own = () => sql<SqlBool>`name = ${name} and holder = ${holder}`
  let keptAt = performance.now()
  return {
    keep: async () => {
      if (performance.now() - keptAt < (seconds * 1000) / 4) return
      const until = sql<Date>`now() + make_interval(secs => ${seconds})`
      const kept = await db.updateTable('leases').set({ until }).where(own()).executeTakeFirst()
      if (kept.numUpdatedRows === 0n) throw new Error('A lease was lost')
      keptAt = performance.now()
    },
    release: async () => void (await db.deleteFrom('leases').where(own()).execute()),
  }
}

/** Whatever bears this name is left alone for so long, by all processes. A longer rest that it has is not made shorter. */
export async function letRest(db: Db, name: string, seconds: number): Promise<void> {
  await sql`insert into leases (name, holder, until) values (${name}, ${randomUUID()}, now() + make_interval(secs => ${seconds}::float8))
    on conflict (name) do update set until = greatest(leases.until, excluded.until)`.execute(db)
}

/** For how many seconds each of these is left alone yet; those that are not are missing. */
export async function restOf(db: Db, names: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string; seconds: number }>`
    select name, extract(epoch from until - now())::float8 as seconds from leases where name = any(${names}::text[]) and until > now()`.execute(
    db,
  )
  return new Map(rows.map(({ name, seconds }) => [name, seconds]))
}

/** As takeTurn, but whoever has it may take it again. */
export const takeTurnAs = (db: Db, name: string, holder: string, seconds: number): Promise<boolean> =>
  takeLease(db, { name, holder, seconds })

type Lease = { name: string; holder: string; seconds: number }

async function takeLease(db: Db, { name, holder, seconds }: Lease): Promise<boolean> {
  const until = sql<Date>`now() + make_interval(secs => ${seconds})`
  const taken = await db
    .insertInto('leases')
    .values({ name, holder, until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder, until })
        .where(sql<SqlBool>`leases.until < now() or leases.holder = ${holder}`),
    )
    .returning('holder')
    .executeTakeFirst()
  return taken !== undefined
}

/** A turn that nobody gives back: it ends by the clock alone. */
export const takeTurn = (db: Db, name: string, seconds: number): Promise<boolean> => takeLease(db, { name, holder: randomUUID(), seconds })
