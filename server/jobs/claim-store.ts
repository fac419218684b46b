// The claims of rows that are due: which worker has one, until when by the database's clock, and how often it was tried. A claim exists
// only while its row is in progress, waits for its next attempt, or is a suspect (see claim-suspects.ts).
import { type SqlBool, sql, type Transaction } from 'kysely'
import type { InTransaction, Schema } from '../database/schema.ts'
import { gathered } from '../database/gather.ts'
import { sendAhead } from '../database/statements.ts'
import type { ClaimedJob } from './attempt.ts'
import { suspectClaims } from './claim-suspects.ts'
import { type AllDueRows, type ClaimOptions, type DueRow, type DueRows, type IsFree, leaseEnd } from './due-rows.ts'
import { type DueQueue, dueQueues } from './job-data.ts'
import type { RowQueues } from './row-queues.ts'
import type { Source } from './source.ts'

type Trx = Transaction<Schema>

const claimLock = 7_105_531_206

export function openDueRows(inTransaction: InTransaction, all: AllDueRows, options: ClaimOptions): RowQueues<DueQueue> {
  const sourcesOf = (queue: DueQueue) => [queue, sourceOf(inTransaction, { queue, rows: all[queue], options })] as const
  return {
    sources: Object.fromEntries(dueQueues.map(sourcesOf)) as Record<DueQueue, Source>,
    suspects: suspectClaims(all, options),
    lockClaims: (trx) => lockClaims(trx, options),
    counts: () => inTransaction((trx) => countAll(trx, all)),
  }
}

/** Serialises claims: two at once would both find the same group free. */
async function lockClaims(trx: Trx, { isAlone }: ClaimOptions): Promise<void> {
  if (!isAlone) await sendAhead(trx, sql`select pg_advisory_xact_lock(${claimLock})`)
}

type Of = { queue: DueQueue; rows: DueRows; options: ClaimOptions }

function sourceOf(inTransaction: InTransaction, of: Of): Source {
  const { queue, rows, options } = of
  const keysOf = (jobs: ClaimedJob[]) => jobs.map(({ data }) => data as string)
  const held = (jobs: ClaimedJob[]) => sql<SqlBool>`
    queue = ${queue} and key = any(${keysOf(jobs)}::uuid[]) and claim = any(${jobs.map(({ id }) => id)}::uuid[])`

  /** A worker whose claim has lapsed changes nothing. A claim whose row needs no further attempt is deleted. */
  const release = (jobs: ClaimedJob[], seconds: number, attempt = sql`attempt`) =>
    inTransaction(async (trx) => {
      const { rows: released } = await sql<{ key: string }>`
        update claims set claim = null, alone = false, attempt = ${attempt} where ${held(jobs)} returning key`.execute(trx)
      const keys = released.map(({ key }) => key)
      if (keys.length === 0) return
      const kept = await rows.putBack(trx, keys, seconds)
      if (kept.length < keys.length)
        await sql`delete from claims where queue = ${queue} and key = any(${keys}::uuid[]) and key <> all(${kept}::uuid[])`.execute(trx)
    })

  /** Claims that end at the same time share a transaction. */
  const end = gathered((jobs: ClaimedJob[]) =>
    inTransaction(async (trx) => {
      await sql`delete from claims where ${held(jobs)}`.execute(trx)
      return jobs.map(() => undefined)
    }),
  )

  return {
    claim: (most) =>
      inTransaction(async (trx) => {
        await lockClaims(trx, options)
        return claimRows(trx, of, most)
      }),
    settle: (job, { next }) => (next === undefined ? end(job) : release([job], next.inSeconds, sql`${next.attempt}`)),
    touch: (jobs) =>
      inTransaction(async (trx) => void (await sql`update claims set until = ${leaseEnd(options)} where ${held(jobs)}`.execute(trx))),
    giveBack: (jobs) => release(jobs, 0),
  }
}

async function claimRows(trx: Trx, { queue, rows, options }: Of, most: number): Promise<ClaimedJob[]> {
  const found = firstOfGroups(await rows.find(trx, most, isFreeIn(queue)))
  if (found.length === 0) return []
  const [keys, groups] = [found.map(({ key }) => key), found.map(({ group }) => group)]
  await rows.moveAhead(trx, keys)
  const { rows: claimed } = await sql<{ key: string; group: string; claim: string; attempt: number }>`
    insert into claims (queue, key, group_id, claim, worker, until)
    select ${queue}, key, group_id, gen_random_uuid(), ${options.worker}::int, ${leaseEnd(options)}
    from unnest(${keys}::uuid[], ${groups}::uuid[]) as found (key, group_id)
    on conflict (queue, key) do update set claim = excluded.claim, worker = excluded.worker, until = excluded.until, group_id = excluded.group_id
    returning key, group_id as group, claim, attempt`.execute(trx)
  return claimed.map(({ key, group, claim, attempt }) => ({ id: claim, attempt, group, data: key }))
}

/** The other rows of a group keep their time and their order. */
const firstOfGroups = (rows: DueRow[]): DueRow[] => rows.filter(({ group }, at) => rows.findIndex((other) => other.group === group) === at)

/**
 * Two index lookups for each row. As a join, the generic plan sorts everything that is due, and a scan of all claims of a queue reads
 * those that were just deleted. Suspects are claimed alone.
 */
const isFreeIn =
  (queue: DueQueue): IsFree =>
  (key, group) => sql<SqlBool>`(
    (select true from claims where claims.queue = ${queue} and claims.key = ${key} and (claims.claim is not null or claims.suspect)) is null
    and (select true from claims where claims.queue = ${queue} and claims.group_id = ${group} and claims.claim is not null) is null)`

async function countAll(trx: Trx, all: AllDueRows): Promise<Record<DueQueue, number>> {
  const counts = dueQueues.map(
    (queue) => sql`select ${sql.lit(queue)} as queue, count(*)::int as open
      from (${all[queue].waiting} union select key from claims where queue = ${sql.lit(queue)}) as open`,
  )
  const { rows } = await sql<{ queue: DueQueue; open: number }>`${sql.join(counts, sql` union all `)}`.execute(trx)
  return Object.fromEntries(rows.map(({ queue, open }) => [queue, open])) as Record<DueQueue, number>
}

/** Has the row tried alone when it is due, with no death counted against it yet. */
export const suspectFromStart = (trx: Trx, queue: DueQueue, { key, group }: DueRow): Promise<void> =>
  sendAhead(trx, sql`insert into claims (queue, key, group_id, suspect) values (${queue}, ${key}, ${group}, true) on conflict do nothing`)
