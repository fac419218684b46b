// Suspects that came from pg-boss. They wait in a table of their own: a claim of pg-boss takes many jobs and cannot say that
// it takes one alone. The job itself says what it is, so that the same work added once more is not done beside its suspect.
import { sql, type Transaction } from 'kysely'
import type { InTransaction, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import { type ClaimedJob, mostDeaths } from './attempt.ts'
import { type BossQueue, queueNames } from './job-data.ts'
import { longestPauseBases } from './retry.ts'
import type { Suspect, SuspectsOfQueue } from './suspects.ts'
import type { Source } from './worker.ts'

type Trx = Transaction<Schema>
/** `isSuspect`: it was one when it was added. */
export type FetchedJob = ClaimedJob & { isSuspect: boolean }

/** Moves suspects here, in the transaction that has fetched them. Gives which of the jobs are left for a shared process. */
export async function setAside(trx: Trx, queue: BossQueue, jobs: FetchedJob[]): Promise<{ left: ClaimedJob[]; aside: ClaimedJob[] }> {
  for (const { data, attempt, group, retryCount, isSuspect } of jobs)
    if (retryCount > 0 || isSuspect)
      await sendAhead(
        trx,
        sql`insert into suspect_jobs (queue, data, attempt, group_id, lapses)
          values (${queue}, ${JSON.stringify(data)}::jsonb, ${attempt}, ${group ?? null}, ${Math.min(retryCount, 100)}) on conflict do nothing`,
      )
  const { rows } = await sql<{ place: number }>`
    select place::int from unnest(${jobs.map(({ data }) => JSON.stringify(data))}::jsonb[]) with ordinality as given (data, place)
    where exists (select from suspect_jobs where queue = ${queue} and suspect_jobs.data = given.data)`.execute(trx)
  const places = new Set(rows.map(({ place }) => place - 1))
  return { left: jobs.filter((_, at) => !places.has(at)), aside: jobs.filter((_, at) => places.has(at)) }
}

export async function countSuspectJobs(inTransaction: InTransaction): Promise<Map<string, number>> {
  const { rows } = await inTransaction((trx) =>
    sql<{ queue: string; open: number }>`select queue, count(*)::int as open from suspect_jobs group by queue`.execute(trx),
  )
  return new Map(rows.map(({ queue, open }) => [queue, open]))
}

type Options = { leaseMs: number; retryBaseMs: number; worker: number | null }

export const suspectsOfBoss = ({ leaseMs, retryBaseMs, worker }: Options): SuspectsOfQueue => ({
  lapse: (trx, isLapsed) => lapseSuspectJobs(trx, isLapsed, retryBaseMs),
  findNext,
  claim: (trx, { id = '' }) => claimSuspectJob(trx, id, { leaseMs, worker }),
  async share(trx, { job }) {
    await sql`update suspect_jobs set alone = false where claim = ${job.id}::uuid`.execute(trx)
  },
})

async function findNext(trx: Trx) {
  const { rows } = await sql<{ id: string; deaths: number; due_at: Date }>`
    select id, deaths, due_at from suspect_jobs
    where claim is null and due_at <= now() and queue = any(${queueNames}::text[]) order by deaths, due_at limit 1`.execute(trx)
  const [row] = rows
  return row && { key: { id: row.id }, deaths: row.deaths, dueAt: row.due_at }
}

/** A job that nobody can give up, such as a renewal, must not be lost: it is tried again after long pauses. */
async function lapseSuspectJobs(trx: Trx, isLapsed: ReturnType<typeof sql>, retryBaseMs: number): Promise<number> {
  const longPause = sql`make_interval(secs => ${(retryBaseMs / 1000) * longestPauseBases} * power(2, least(deaths + 1 - ${mostDeaths}, 4)))`
  const { rows } = await sql<{ deaths: number }>`
    with lapsed as (
      select id, alone as died from suspect_jobs where claim is not null and ${isLapsed} for update skip locked
    ), marked as (
      update suspect_jobs set claim = null, alone = false,
        due_at = case when died and deaths + 1 >= ${mostDeaths} and queue <> 'run' then now() + ${longPause} else now() end,
        lapses = least(lapses + 1, 100), deaths = least(deaths + died::int, 100)
      from lapsed where suspect_jobs.id = lapsed.id
      returning died
    )
    select count(*) filter (where died)::int as deaths from marked`.execute(trx)
  return rows[0]?.deaths ?? 0
}

type Row = { queue: BossQueue; data: unknown; attempt: number; group_id: string | null; claim: string; deaths: number; lapses: number }

async function claimSuspectJob(
  trx: Trx,
  id: string,
  { leaseMs, worker }: Pick<Options, 'leaseMs' | 'worker'>,
): Promise<Suspect | undefined> {
  const { rows } = await sql<Row>`
    update suspect_jobs set claim = gen_random_uuid(), worker = ${worker}, alone = true, due_at = now() + make_interval(secs => ${leaseMs / 1000})
    where id = ${id} and claim is null
    returning queue, data, attempt, group_id, claim, deaths, lapses`.execute(trx)
  const [row] = rows
  if (row === undefined) return undefined
  const { queue, data, attempt, group_id: group, claim, deaths, lapses } = row
  return { queue, job: { id: claim, retryCount: 0, attempt, data, deaths, ...(group === null ? {} : { group }) }, lapses }
}

export function suspectJobs(inTransaction: InTransaction, leaseMs: number): Pick<Source, 'settle' | 'touch' | 'giveBack'> {
  const change = (jobs: ClaimedJob[], set: ReturnType<typeof sql>) =>
    inTransaction(async (trx) => {
      await sql`update suspect_jobs set ${set} where claim = any(${jobs.map(({ id }) => id)}::uuid[])`.execute(trx)
    })
  return {
    /** One that has survived an attempt stays a suspect until it is done: it may not have come to where it died. */
    settle: (job, { next }) =>
      next === undefined
        ? inTransaction(async (trx) => void (await sql`delete from suspect_jobs where claim = ${job.id}::uuid`.execute(trx)))
        : change(
            [job],
            sql`claim = null, alone = false, attempt = ${next.attempt}, due_at = now() + make_interval(secs => ${next.job.startAfterSeconds ?? 0})`,
          ),
    touch: (jobs) => change(jobs, sql`due_at = now() + make_interval(secs => ${leaseMs / 1000})`),
    giveBack: (jobs) => change(jobs, sql`claim = null, alone = false, due_at = now()`),
  }
}
