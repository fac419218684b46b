// The queue of mails is the inbox itself: a row that is queued is a job, so that announcing a mail is one insertion and
// treating it ends the job in the same transaction. A claim is a lease by the database's clock: `due_at` is when it lapses.
// One mail of a mailbox is under way at a time, which a unique index holds to; mailboxes take turns.
import { sql, type Transaction } from 'kysely'
import type { InTransaction, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { ClaimedJob, Ending } from '../jobs/attempt.ts'
import type { JobData } from '../jobs/job-data.ts'
import { longestPauseSeconds } from '../jobs/retry.ts'
import { holdMailbox, isHeld } from '../connections/held-mailboxes.ts'
import type { Source } from '../jobs/source.ts'

type Trx = Transaction<Schema>

const claimLock = 7_105_531_204

/** Claims of mails are made one after the other: side by side, each would count the same mailbox as free. */
export const lockClaims = (trx: Trx): Promise<void> => sendAhead(trx, sql`select pg_advisory_xact_lock(${claimLock})`)
const beforeAll = '00000000-0000-0000-0000-000000000000'
/** A mail that waits for a service is due again so soon: its mailbox is held, and freed at once when the service is back. */
const heldSeconds = 0.1
/** Mailboxes that are looked at in one transaction, since other processes wait for it. */
const mostLookedAt = 2_000

/** `isAlone`: no other process takes from this inbox. `worker`: whose the claims are (see jobs/presence.ts). */
export type InboxOptions = { leaseMs: number; isAlone: boolean; worker: number | null }

export function openMessageClaims(inTransaction: InTransaction, { leaseMs, isAlone, worker }: InboxOptions): Source {
  // How far the round over the mailboxes has come: the next claim goes on from there.
  let reached = beforeAll

  /** Up to the last mailbox and, where that leaves room, once more from the first. */
  const takeOnward = (most: number) =>
    inTransaction(async (trx) => {
      if (!isAlone) await lockClaims(trx)
      const onward = await take(trx, { after: reached, most, leaseMs, worker })
      if (onward.reached !== beforeAll || reached === beforeAll) return { ...onward, isRound: false }
      const anew = await take(trx, { after: beforeAll, most: most - onward.taken.length, leaseMs, worker })
      return { taken: [...onward.taken, ...anew.taken], reached: anew.reached, isRound: true }
    })

  const claim = async (most: number): Promise<ClaimedJob[]> => {
    let roundsLeft = reached === beforeAll ? 0 : 1
    for (;;) {
      const { taken, reached: now, isRound } = await takeOnward(most)
      reached = now
      if (isRound) roundsLeft -= 1
      if (taken.length > 0 || reached === beforeAll || roundsLeft < 0) return taken.map(claimedJob)
    }
  }

  /** Whoever has treated the mail has ended its job. A lapsed claim ends nothing. */
  const settle = async (job: ClaimedJob, { end, next, waitsFor }: Ending): Promise<void> => {
    if (end === 'done') return
    const { misses = 0 } = (next?.data ?? {}) as Partial<JobData<'message'>>
    // A mail that could not even be given up lets the others of its mailbox go first, and is tried again. Where its mailbox
    // waits, that is what holds it back.
    const seconds = next === undefined ? longestPauseSeconds : waitsFor === undefined ? next.inSeconds : heldSeconds
    const change = sql`claim = null, again = false, alone = false, attempt = ${next?.attempt ?? 1}, misses = ${misses},
        due_at = now() + make_interval(secs => ${seconds})`
    await changeHeld([job], change, waitsFor && ((trx) => holdMailbox(trx, waitsFor)))
  }

  const changeHeld = async (jobs: ClaimedJob[], change: ReturnType<typeof sql>, before?: (trx: Trx) => Promise<void>): Promise<void> => {
    const connections = jobs.map(({ group }) => group)
    const claims = jobs.map(({ id }) => id)
    await inTransaction(async (trx) => {
      await before?.(trx)
      await sql`update inbox_messages set ${change}
        where connection_id = any(${connections}::uuid[]) and claim = any(${claims}::uuid[]) and state = 'queued'`.execute(trx)
    })
  }

  return {
    claim,
    settle,
    touch: (jobs) => changeHeld(jobs, sql`due_at = now() + make_interval(secs => ${leaseMs / 1000})`),
    giveBack: (jobs) => changeHeld(jobs, sql`claim = null, alone = false, due_at = ${beforeOthers}`),
  }
}

/** When a mail is due that comes before the others of its mailbox. */
export const beforeOthers = sql`least(now(), (
  select min(other.due_at) from inbox_messages other
  where other.connection_id = inbox_messages.connection_id and other.state = 'queued' and other.claim is null
)) - interval '1 microsecond'`

export const queuedMessages = (inTransaction: InTransaction): Promise<number> =>
  inTransaction(async (trx) => {
    const { rows } = await sql<{ open: number }>`select count(*)::int as open from inbox_messages where state = 'queued'`.execute(trx)
    return rows[0]?.open ?? 0
  })

export const claimedJob = ({ connection_id: connectionId, message_id: messageId, claim, attempt, misses }: Taken): ClaimedJob => ({
  id: claim,
  attempt,
  group: connectionId,
  data: { connectionId, messageId, misses, claim },
})

export type Taken = { connection_id: string; message_id: string; claim: string; attempt: number; misses: number }
type Asked = Pick<InboxOptions, 'leaseMs' | 'worker'> & { after: string; most: number }
type Step = { reached: string; is_end: boolean }

/**
 * Goes from mailbox to mailbox by the index, so that thousands of mails that wait in one cost no more than one. Where a mail
 * is under way, that mailbox has its share. Suspects are left to suspect-messages.ts: one that has not been tried alone yet keeps
 * its place, and its mailbox waits for it; the others are passed. What was found is then looked up by its key, whatever the
 * statistics say: one by one, and its state asked for in words that no other index answers to.
 */
async function take(trx: Trx, { after, most, leaseMs, worker }: Asked) {
  const { rows } = await sql<Step & (Taken | { [Key in keyof Taken]: null })>`
    with recursive mailbox as (
      select ${after}::uuid as id, null::text as message_id, 0 as found, 0 as steps
      union all
      select next.id, picked, found + (picked is not null)::int, steps + 1
      from mailbox
      cross join lateral (
        select connection_id as id from inbox_messages where state = 'queued' and connection_id > mailbox.id order by connection_id limit 1
      ) next
      left join lateral (
        select message_id from inbox_messages
        where connection_id = next.id and claim is not null and state = 'queued' limit 1
      ) under_way on true
      left join lateral (
        select message_id, suspect from inbox_messages
        where under_way.message_id is null and connection_id = next.id and state = 'queued' and due_at <= now()
          and not (suspect and deaths > 0)
        order by due_at limit 1
      ) first on true
      cross join lateral (select case when not first.suspect and not ${isHeld(sql`next.id`)} then first.message_id end as picked) choice
      where found < ${most} and steps < ${mostLookedAt}
    ), free as (
      select picked.* from mailbox cross join lateral (
        select connection_id, message_id from inbox_messages
        where connection_id = mailbox.id and message_id = mailbox.message_id
          and state <> all ('{treated,absent,parked}') and due_at <= now() and claim is null and not suspect
        for update skip locked
      ) picked
    ), taken as (
      update inbox_messages set claim = gen_random_uuid(), worker = ${worker}, alone = false, due_at = now() + make_interval(secs => ${leaseMs / 1000})
      from free
      where inbox_messages.connection_id = free.connection_id and inbox_messages.message_id = free.message_id
      returning inbox_messages.connection_id, inbox_messages.message_id, claim, attempt, misses
    )
    select last.id as reached, last.found < ${most} and last.steps < ${mostLookedAt} as is_end, taken.*
    from (select * from mailbox order by steps desc limit 1) as last left join taken on true
    order by connection_id`.execute(trx)
  const [step] = rows
  const taken = rows.filter((row): row is Step & Taken => row.claim !== null)
  return { taken, reached: step === undefined || step.is_end ? beforeAll : step.reached }
}
