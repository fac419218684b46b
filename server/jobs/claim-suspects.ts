// Rows that were in progress when their process died, and how the worker tries them again (see suspects.ts). When a claim lapses, its row
// is due at once, and only a claim that is alone may take it.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { mostDeaths } from './attempt.ts'
import { type AllDueRows, type ClaimOptions, leaseEnd } from './due-rows.ts'
import { type DueQueue, dueQueues } from './job-data.ts'
import { longestPauseBases } from './retry.ts'
import { type Gone, hasLapsed, type Suspect, type SuspectsOfQueues } from './suspects.ts'

type Trx = Transaction<Schema>
type Parts = { all: AllDueRows; options: ClaimOptions }

export function suspectClaims(all: AllDueRows, options: ClaimOptions): SuspectsOfQueues {
  const parts = { all, options }
  return {
    lapse: (trx, gone) => lapseClaims(trx, parts, gone),
    findNext: (trx) => findNext(trx, parts),
    claim: (trx, key) => claimAlone(trx, parts, key as Key),
    async share(trx, { queue, job }) {
      await sql`update claims set alone = false where queue = ${queue} and key = ${job.data} and claim = ${job.id}`.execute(trx)
    },
  }
}

type Key = { queue: DueQueue; key: string }
type Lapsed = Key & { deaths: number; died: boolean }

const known = sql`queue = any(${dueQueues}::text[])`

async function lapseClaims(trx: Trx, { all, options }: Parts, gone: Gone): Promise<number> {
  const { rows: lapsed } = await sql<Lapsed>`
    with lapsed as (
      select queue, key, alone as died from claims
      where claim is not null and ${known} and ${hasLapsed(sql.ref('until'), gone)} for update skip locked
    )
    update claims set claim = null, alone = false, suspect = true, lapses = least(lapses + 1, 100), deaths = least(deaths + died::int, 100)
    from lapsed where claims.queue = lapsed.queue and claims.key = lapsed.key
    returning claims.queue, claims.key, deaths, died`.execute(trx)
  for (const each of lapsed) await all[each.queue].putBack(trx, [each.key], pauseAfter(each, options))
  // Rows that were ended, removed or given up in the meantime.
  await sql`delete from claims where claim is null and ${known} and ${dueAtOf(all)} is null`.execute(trx)
  return lapsed.filter(({ died }) => died).length
}

/** A job that cannot be given up, such as a renewal, must not be lost: it is tried again after long pauses. */
function pauseAfter({ queue, deaths, died }: Lapsed, { retryBaseMs }: ClaimOptions): number {
  if (!died || deaths < mostDeaths || queue === 'run') return 0
  return (retryBaseMs / 1000) * longestPauseBases * 2 ** Math.min(deaths - mostDeaths, 4)
}

/** Skips groups that have a row in progress. */
async function findNext(trx: Trx, { all }: Parts) {
  const { rows } = await sql<Key & { deaths: number; due_at: Date }>`
    select queue, key, deaths, due_at from (
      select queue, key, group_id, deaths, ${dueAtOf(all)} as due_at from claims where suspect and claim is null and ${known}
    ) as suspects
    where due_at <= now() and not exists (
      select from claims other
      where other.queue = suspects.queue and other.group_id = suspects.group_id and other.claim is not null)
    order by deaths, due_at limit 1`.execute(trx)
  const [row] = rows
  return row && { key: { queue: row.queue, key: row.key }, deaths: row.deaths, dueAt: row.due_at }
}

const dueAtOf = (all: AllDueRows) =>
  sql`case queue ${sql.join(
    dueQueues.map((queue) => sql`when ${sql.lit(queue)} then ${all[queue].dueAt(sql.ref('claims.key'))}`),
    sql` `,
  )} end`

type Claimed = { group: string; claim: string; attempt: number; deaths: number; lapses: number }

async function claimAlone(trx: Trx, { all, options }: Parts, { queue, key }: Key): Promise<Suspect | undefined> {
  const { rows } = await sql<Claimed>`
    update claims set claim = gen_random_uuid(), worker = ${options.worker}::int, until = ${leaseEnd(options)}, alone = true
    where queue = ${queue} and key = ${key} and claim is null and suspect
    returning group_id as group, claim, attempt, deaths, lapses`.execute(trx)
  const [claimed] = rows
  if (claimed === undefined) return undefined
  await all[queue].moveAhead(trx, [key])
  const { group, claim, attempt, deaths, lapses } = claimed
  return { queue, job: { id: claim, attempt, group, data: key, deaths }, lapses }
}
