// The rows of cooldowns. All times are the database's: the clocks of servers have no say.
import { sql } from 'kysely'
import type { Database, Db } from '../database/schema.ts'
import { asSystem } from '../people/unit-of-work.ts'

export type Cooled = 'entra' | 'vault' | 'graph'
/** A connection at a service, and what fails with it where all fail: its tenant, or all. */
export type Place = { service: Cooled; connectionId: string; parent: string }
export type Cooling = { failures: number; seconds: number }
type Row = Cooling & { service: Cooled; scope: string }

/** So many that fail one after the other, and none that succeeds meanwhile, are an outage of all of them. */
const mostAlone = 3
/** One that has failed more often than that, while others did well, says something of itself alone. */
const mostTelling = 2
const secondsLeft = sql<number>`extract(epoch from until - now())::float8`

export async function coolingsAt(db: Db, { service, connectionId, parent }: Place): Promise<{ own?: Cooling; wide?: Cooling }> {
  const { rows } = await sql<Row>`select service, scope, failures, ${secondsLeft} as seconds from cooldowns
    where service = ${service} and scope = any(${[connectionId, parent]}::text[])`.execute(db)
  const [own, wide] = [connectionId, parent].map((scope) => rows.find((row) => row.scope === scope))
  return { ...(own ? { own } : {}), ...(wide ? { wide } : {}) }
}

/** Those of Graph that are left alone; where all are, they stand for their connections. */
export async function coolingsOfGraph(db: Db): Promise<Map<string, Cooling>> {
  const { rows } = await sql<Row>`
    select cooldowns.service, cooldowns.scope, cooldowns.failures, extract(epoch from cooldowns.until - now())::float8 as seconds
    from cooldowns left join cooldowns wide on wide.service = 'graph' and wide.scope = cooldowns.parent and wide.failures > 0
    where cooldowns.service = 'graph' and wide.scope is null and (cooldowns.failures > 0 or cooldowns.until > now())`.execute(db)
  return new Map(rows.map((row) => [row.scope, row]))
}

/** true for the one who may try it: nobody else does before `seconds` are over. */
export async function takeProbe(
  db: Db,
  { service, scope, seconds }: { service: Cooled; scope: string; seconds: number },
): Promise<boolean> {
  const { rows } = await sql`update cooldowns set until = ${inSeconds(seconds)}
    where service = ${service} and scope = ${scope} and until <= now() returning scope`.execute(db)
  return rows.length > 0
}

/** true for one of those that have not failed themselves: the next one may try when `seconds` are over. */
export async function takeWellProbe(db: Db, { service, parent }: Place, seconds: number): Promise<boolean> {
  const { rows } = await sql`insert into cooldowns (service, scope, until) values (${service}, ${`${parent}:well`}, ${inSeconds(seconds)})
    on conflict (service, scope) do update set until = excluded.until where cooldowns.until <= now() returning scope`.execute(db)
  return rows.length > 0
}

/** The service said how long. */
export const pauseAsTold = (db: Db, { service, connectionId, parent }: Place, seconds: number) =>
  sql`insert into cooldowns (service, scope, parent, connection_id, until)
    values (${service}, ${connectionId}, ${parent}, ${connectionId}, ${inSeconds(seconds)})
    on conflict (service, scope) do update set until = greatest(cooldowns.until, excluded.until)`.execute(db)

type Failure = {
  isProbe: boolean
  /** First pause, longest pause and that of all together, with their jitter. */
  pauses: { first: number; longest: number; wide: number }
  /** Since when this process knows of no success at that service; undefined: it has seen none. */
  successSecondsAgo: number | undefined
}

/**
 * Counts once, however many calls were under way. Gives how long the connection is left alone. Where nobody succeeds, all of
 * the parent are left alone together, and then one of them tries for all.
 */
export function addFailure(db: Database, { service, connectionId, parent }: Place, failure: Failure): Promise<number> {
  const { first, longest, wide } = failure.pauses
  const ofParent = parent === 'all' ? sql`true` : sql`tenant_id = ${parent}::uuid`
  const ownSuccess = failure.successSecondsAgo === undefined ? sql`null` : sql`now() - make_interval(secs => ${failure.successSecondsAgo})`
  const lastRefresh = service === 'entra' ? sql`(select max(last_refresh_at) from connections where ${ofParent})` : sql`null::timestamptz`
  return asSystem(db, async (trx) => {
    await sql`insert into cooldowns (service, scope, parent, connection_id, until, failures, failed_at)
      select ${service}, id::text, ${parent}, id, ${inSeconds(first)}, 1, now() from connections where id = ${connectionId}
      on conflict (service, scope) do update set
        until = case when ${failure.isProbe} or cooldowns.until <= now()
          then now() + make_interval(secs => least(${first}::float8 * power(2, least(cooldowns.failures, 10)), ${longest}::float8)) else cooldowns.until end,
        failures = least(cooldowns.failures + (${failure.isProbe} or cooldowns.until <= now())::int, 100), failed_at = now()`.execute(trx)
    await sql`insert into cooldowns (service, scope, until, failures, failed_at)
      select ${service}, ${parent}, ${inSeconds(wide)}, 1, now()
      where exists (select from cooldowns where service = ${service} and scope = ${parent} and failures > 0) or (
        select count(*) from cooldowns
        where service = ${service} and parent = ${parent} and failures between 1 and ${mostTelling} and failed_at > coalesce(greatest(
          (select succeeded_at from cooldowns where service = ${service} and scope = ${parent}), ${lastRefresh}, ${ownSuccess}), '-infinity')
      ) >= (select greatest(least(count(*), ${mostAlone}), 1) from (
        select from connections where status = 'active' and provider = 'microsoft' and ${ofParent} limit ${mostAlone}) as active)
      on conflict (service, scope) do update set until = greatest(cooldowns.until, excluded.until), failed_at = now(),
        failures = least(cooldowns.failures + 1, 100)`.execute(trx)
    const { own, wide: ofAll } = await coolingsAt(trx, { service, connectionId, parent })
    return Math.max((isCooling(ofAll) ? ofAll.seconds : own?.seconds) ?? first, 0)
  })
}

/** One that is told to wait does not speak for the others. */
export const isCooling = (wide: Cooling | undefined): wide is Cooling => wide !== undefined && wide.failures > 0

/** Frees the connection, and all of its parent where they were left alone together: their mails come up at once. */
export function endCooling(db: Database, { service, connectionId, parent }: Place): Promise<void> {
  return asSystem(db, async (trx) => {
    const { rows } = await sql`update cooldowns set failures = 0, until = now(), succeeded_at = now()
      where service = ${service} and scope = ${parent} and failures > 0 returning scope`.execute(trx)
    const freed = rows.length > 0 ? sql`parent = ${parent}` : sql`scope = ${connectionId}`
    const held = rows.length > 0 ? sql`parent = ${`${service}:${parent}`}` : sql`scope = ${connectionId}`
    await sql`delete from cooldowns where service = ${service} and ${freed} or service = 'mail' and ${held}`.execute(trx)
    await sql`select pg_notify('mailboard_jobs', 'message')`.execute(trx)
  })
}

/** While some fail, others say that not all do. */
export const noteSuccess = (db: Db, service: Cooled, parent: string) =>
  sql`insert into cooldowns (service, scope, until, succeeded_at) values (${service}, ${parent}, now(), now())
    on conflict (service, scope) do update set succeeded_at = now()`.execute(db)

export const forgetCoolings = (db: Db, connectionId: string) => sql`delete from cooldowns where connection_id = ${connectionId}`.execute(db)

export const purgeCoolings = (db: Db) =>
  sql`delete from cooldowns where greatest(until, succeeded_at) < now() - interval '1 day'`.execute(db)

/** Connections that are left alone, or whose parent is. */
export async function countCooling(db: Database): Promise<number> {
  const { rows } = await asSystem(db, (trx) =>
    sql<{ count: number }>`select count(distinct connection_id)::int as count from cooldowns
      where connection_id is not null and service <> 'mail' and (failures > 0 or until > now())`.execute(trx),
  )
  return rows[0]?.count ?? 0
}

const inSeconds = (seconds: number) => sql`now() + make_interval(secs => ${seconds}::float8)`
