// Mails that were under way when their process died, as the worker tries them again (see jobs/suspects.ts).
import { sql, type Transaction } from 'kysely'
import { isHeld } from '../connections/held-mailboxes.ts'
import type { Schema } from '../database/schema.ts'
import { type Gone, hasLapsed, type Suspect, type SuspectsOfQueues } from '../jobs/suspects.ts'
import { beforeOthers, claimedJob, type InboxOptions, type Taken } from './claim-store.ts'

type Trx = Transaction<Schema>
type Claiming = Pick<InboxOptions, 'leaseMs' | 'worker'>

export const suspectMessages = (options: Claiming): SuspectsOfQueues => ({
  lapse: lapseMessages,
  findNext,
  claim: (trx, next) => claimMessage(trx, next, options),
  async share(trx, { job }) {
    await sql`update inbox_messages set alone = false where connection_id = ${job.group}::uuid and claim = ${job.id}::uuid`.execute(trx)
  },
})

/** Gives how many deaths are held against a suspect. */
async function lapseMessages(trx: Trx, gone: Gone): Promise<number> {
  const { rows } = await sql<{ deaths: number }>`
    with lapsed as (
      select connection_id, message_id, alone as died from inbox_messages
      where claim is not null and state = 'queued' and ${hasLapsed(sql.ref('due_at'), gone)} for update skip locked
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

/** Of a mailbox that is held, or has a mail under way, none is due. */
async function findNext(trx: Trx) {
  const { rows } = await sql<{ connection_id: string; message_id: string; deaths: number; due_at: Date }>`
    select connection_id, message_id, deaths, due_at from inbox_messages
    where suspect and state = 'queued' and claim is null and due_at <= now() and not ${isHeld(sql`connection_id`)} and not exists (
      select from inbox_messages other
      where other.connection_id = inbox_messages.connection_id and other.claim is not null and other.state = 'queued')
    order by deaths, due_at limit 1`.execute(trx)
  const [row] = rows
  return row && { key: { connectionId: row.connection_id, messageId: row.message_id }, deaths: row.deaths, dueAt: row.due_at }
}

type TakenSuspect = Taken & { deaths: number; lapses: number }

async function claimMessage(
  trx: Trx,
  { connectionId, messageId }: Record<string, string>,
  { leaseMs, worker }: Claiming,
): Promise<Suspect | undefined> {
  const { rows } = await sql<TakenSuspect>`
    update inbox_messages set claim = gen_random_uuid(), worker = ${worker}, alone = true, due_at = now() + make_interval(secs => ${leaseMs / 1000})
    where connection_id = ${connectionId} and message_id = ${messageId} and claim is null and suspect and state = 'queued'
    returning connection_id, message_id, claim, attempt, misses, deaths, lapses`.execute(trx)
  const [taken] = rows
  return taken && { queue: 'message', job: { ...claimedJob(taken), deaths: taken.deaths }, lapses: taken.lapses }
}
