// The queue of mails is the inbox itself: a row that is queued is a job, so that announcing a mail is one insertion and
// treating it ends the job in the same transaction. A claim is a lease by the database's clock: `due_at` is when it lapses.
// One mail of a mailbox is under way at a time, which a unique index holds to; mailboxes take turns.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { ClaimedJob, NextAttempt } from './attempt.ts'
import { jobData } from './job-data.ts'
import type { Source } from './worker.ts'

type Trx = Transaction<Schema>
export type InTransaction = <Result>(work: (trx: Trx) => Promise<Result>) => Promise<Result>

const claimLock = 7_105_531_204
const beforeAll = '00000000-0000-0000-0000-000000000000'

/** `isAlone`: no other process takes from this inbox. */
export function openMessageClaims(inTransaction: InTransaction, { leaseMs, isAlone }: { leaseMs: number; isAlone: boolean }): Source {
  // Where the last round over the mailboxes has come to: the next one goes on from there.
  let last = beforeAll

  const claim = async (most: number): Promise<ClaimedJob[]> => {
    const rows = await inTransaction(async (trx) => {
      if (!isAlone) await sendAhead(trx, sql`select pg_advisory_xact_lock(${claimLock})`)
      const onward = await take(trx, { after: last, most, leaseMs })
      if (onward.length === most || last === beforeAll) return onward
      return [...onward, ...(await take(trx, { after: beforeAll, most: most - onward.length, leaseMs }))]
    })
    last = rows.length === most ? (rows.at(-1)?.connection_id ?? beforeAll) : beforeAll
    return rows.map(({ connection_id: connectionId, message_id: messageId, claim: id, attempt, misses, lapses }) => ({
      id,
      retryCount: lapses,
      attempt,
      group: connectionId,
      data: { connectionId, messageId, misses },
    }))
  }

  /** Whoever has treated the mail has ended its job. A lapsed claim ends nothing. */
  const settle = async (job: ClaimedJob, next?: NextAttempt): Promise<void> => {
    if (next === undefined) return
    const { connectionId, misses = 0 } = jobData.message.parse(next.job.data)
    await inTransaction((trx) =>
      sql`update inbox_messages set claim = null, again = false, lapses = 0, attempt = ${next.attempt}, misses = ${misses},
          due_at = now() + make_interval(secs => ${next.job.startAfterSeconds ?? 0})
        where connection_id = ${connectionId} and claim = ${job.id}`.execute(trx),
    )
  }

  const dueIn = async (jobs: ClaimedJob[], change: ReturnType<typeof sql>): Promise<void> => {
    const connections = jobs.map(({ group }) => group)
    const claims = jobs.map(({ id }) => id)
    await inTransaction((trx) =>
      sql`update inbox_messages set ${change}
        where connection_id = any(${connections}::uuid[]) and claim = any(${claims}::uuid[])`.execute(trx),
    )
  }

  return {
    claim,
    settle,
    touch: (jobs) => dueIn(jobs, sql`due_at = now() + make_interval(secs => ${leaseMs / 1000})`),
    giveBack: (jobs) => dueIn(jobs, sql`due_at = now(), claim = null`),
  }
}

/** One process alone uses the embedded database: what is under way when it starts belongs to a process that is gone. */
export const freeAllMessages = (inTransaction: InTransaction) =>
  inTransaction((trx) => sql`update inbox_messages set claim = null, due_at = now() where claim is not null`.execute(trx))

export const queuedMessages = (inTransaction: InTransaction): Promise<number> =>
  inTransaction(async (trx) => {
    const { rows } = await sql<{ open: number }>`select count(*)::int as open from inbox_messages where state = 'queued'`.execute(trx)
    return rows[0]?.open ?? 0
  })

type Taken = { connection_id: string; message_id: string; claim: string; attempt: number; misses: number; lapses: number }

/**
 * Goes from mailbox to mailbox by the index, so that thousands of mails that wait in one cost no more than one. Where a mail
 * is under way, that mailbox has its share; where its claim has lapsed, it comes first.
 */
async function take(trx: Trx, { after, most, leaseMs }: { after: string; most: number; leaseMs: number }): Promise<Taken[]> {
  const { rows } = await sql<Taken>`
    with recursive mailbox as (
      select ${after}::uuid as id, null::text as message_id, 0 as found
      union all
      select next.id, picked, found + (picked is not null)::int
      from mailbox
      cross join lateral (
        select connection_id as id from inbox_messages where state = 'queued' and connection_id > mailbox.id order by connection_id limit 1
      ) next
      left join lateral (
        select message_id, due_at from inbox_messages where connection_id = next.id and claim is not null limit 1
      ) under_way on true
      left join lateral (
        select message_id from inbox_messages
        where under_way.message_id is null and connection_id = next.id and state = 'queued' and due_at <= now() order by due_at limit 1
      ) first on true
      cross join lateral (
        select case when under_way.due_at <= now() then under_way.message_id else first.message_id end as picked
      ) choice
      where found < ${most}
    ), free as (
      select inbox_messages.connection_id, inbox_messages.message_id
      from mailbox join inbox_messages on connection_id = mailbox.id and inbox_messages.message_id = mailbox.message_id
      where state = 'queued' for update of inbox_messages skip locked
    )
    update inbox_messages set claim = gen_random_uuid(), due_at = now() + make_interval(secs => ${leaseMs / 1000}),
      lapses = lapses + (claim is not null)::int
    from free
    where inbox_messages.connection_id = free.connection_id and inbox_messages.message_id = free.message_id
    returning inbox_messages.connection_id, inbox_messages.message_id, claim, attempt, misses, lapses`.execute(trx)
  return rows.toSorted((one, other) => (one.connection_id < other.connection_id ? -1 : 1))
}
