// Suspects: jobs that were under way when their process died. Of all that were, one may be to blame, and none is blamed for
// it. Each is tried again alone, and its claim says so before the work begins: when such a claim lapses, that is its own death.
// Suspects with fewer deaths come first, so that kills from outside do not meet the same one again and again.
import { sql, type Transaction } from 'kysely'
import type { InTransaction, Schema } from '../database/schema.ts'
import type { ClaimedJob } from './attempt.ts'
import { isHeld } from './held-mailboxes.ts'
import { beforeOthers, claimedJob, lockClaims, type Taken } from './inbox-store.ts'
import { type QueueName, queueNames } from './job-data.ts'
import { claimSuspectJob, lapseSuspectJobs, suspectJobs } from './suspect-job-store.ts'
import type { Source } from './worker.ts'

type Trx = Transaction<Schema>

/** `lapses`: how often a claim of it has lapsed, alone or not. */
export type Suspect = { queue: QueueName; job: ClaimedJob; lapses: number }

export type Suspects = {
  /** Makes suspects of jobs whose claims have lapsed; `all` takes every claim for one of a process that is gone. */
  sweep(all?: 'all'): Promise<{ isOneDue: boolean; deaths: number }>
  claim(): Promise<Suspect | undefined>
  /** Others may come in beside it: a death is no longer held against it. */
  share(suspect: Suspect): Promise<void>
  sourceOf(queue: QueueName): Pick<Source, 'settle' | 'touch' | 'giveBack'>
}

type Options = { leaseMs: number; retryBaseMs: number; isAlone: boolean; messages: Source }

export function openSuspects(inTransaction: InTransaction, { leaseMs, retryBaseMs, isAlone, messages }: Options): Suspects {
  const jobs = suspectJobs(inTransaction, leaseMs)
  return {
    sweep: (all) =>
      inTransaction(async (trx) => {
        const isLapsed = all === 'all' ? sql`true` : sql`due_at <= now()`
        const deaths = (await lapseMessages(trx, isLapsed)) + (await lapseSuspectJobs(trx, isLapsed, retryBaseMs))
        return { isOneDue: (await findNext(trx)) !== undefined, deaths }
      }),
    claim: () =>
      inTransaction(async (trx) => {
        if (!isAlone) await lockClaims(trx)
        const next = await findNext(trx)
        if (next === undefined) return undefined
        return next.message_id === null ? claimSuspectJob(trx, next.id, leaseMs) : claimMessage(trx, next.id, next.message_id, leaseMs)
      }),
    share: ({ queue, job }) =>
      inTransaction(async (trx) => {
        if (queue === 'message')
          await sql`update inbox_messages set alone = false where connection_id = ${job.group}::uuid and claim = ${job.id}::uuid`.execute(
            trx,
          )
        else await sql`update suspect_jobs set alone = false where claim = ${job.id}::uuid`.execute(trx)
      }),
    sourceOf: (queue) => (queue === 'message' ? messages : jobs),
  }
}

/** Gives how many deaths are held against a suspect. */
async function lapseMessages(trx: Trx, isLapsed: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ deaths: number }>`
    with lapsed as (
      select connection_id, message_id, alone as died from inbox_messages
      where claim is not null and state = 'queued' and ${isLapsed} for update skip locked
    ), marked as (
      update inbox_messages set claim = null, alone = false, suspect = true, due_at = ${beforeOthers},
        lapses = least(lapses + 1, 100), deaths = least(deaths + died::int, 100)
      from lapsed
      where inbox_messages.connection_id = lapsed.connection_id and inbox_messages.message_id = lapsed.message_id
      returning died
    )
    select count(*) filter (where died)::int as deaths from marked`.execute(trx)
  return rows[0]?.deaths ?? 0
}

/** Nothing is claimed between this and the claim: claims wait for each other. */
async function findNext(trx: Trx): Promise<{ id: string; message_id: string | null } | undefined> {
  const { rows } = await sql<{ id: string; message_id: string | null }>`
    select id, message_id from (
      (select connection_id as id, message_id, deaths, due_at from inbox_messages
        where suspect and state = 'queued' and claim is null and due_at <= now() and not ${isHeld(sql`connection_id`)} and not exists (
          select from inbox_messages other
          where other.connection_id = inbox_messages.connection_id and other.claim is not null and other.state = 'queued')
        order by deaths, due_at limit 1)
      union all
      (select id, null, deaths, due_at from suspect_jobs
        where claim is null and due_at <= now() and queue = any(${queueNames}::text[]) order by deaths, due_at limit 1)
    ) as suspects order by deaths, due_at limit 1`.execute(trx)
  return rows[0]
}

type TakenSuspect = Taken & { deaths: number; lapses: number }

async function claimMessage(trx: Trx, connectionId: string, messageId: string, leaseMs: number): Promise<Suspect | undefined> {
  const { rows } = await sql<TakenSuspect>`
    update inbox_messages set claim = gen_random_uuid(), alone = true, due_at = now() + make_interval(secs => ${leaseMs / 1000})
    where connection_id = ${connectionId} and message_id = ${messageId} and claim is null and suspect and state = 'queued'
    returning connection_id, message_id, claim, attempt, misses, deaths, lapses`.execute(trx)
  const [taken] = rows
  return taken && { queue: 'message', job: { ...claimedJob(taken), deaths: taken.deaths }, lapses: taken.lapses }
}
