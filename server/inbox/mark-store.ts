// What became of a mail that was announced or listed.
import { sql, type Transaction } from 'kysely'
import { builtOnce } from '../database/built-once.ts'
import type { Db, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { JobData } from '../jobs/job-data.ts'
import { wakeWorkers } from '../jobs/wake.ts'

export type MessageJob = JobData<'message'>
type MailRef = { connectionId: string; messageId: string }

/** When these mails were announced or listed; undefined: never. */
export async function whenSeen(db: Db, mails: MailRef[]): Promise<(connectionId: string, messageId: string) => Date | undefined> {
  const { rows } = await sql<{ connection_id: string; message_id: string; seen_at: Date }>`
    select connection_id, message_id, seen_at
    from unnest(${mails.map((mail) => mail.connectionId)}::uuid[], ${mails.map((mail) => mail.messageId)}::text[])
      as given (connection_id, message_id)
    join inbox_messages using (connection_id, message_id)`.execute(db)
  const seen = new Map(rows.map((row) => [`${row.connection_id}/${row.message_id}`, row.seen_at]))
  return (connectionId, messageId) => seen.get(`${connectionId}/${messageId}`)
}

/**
 * Ends the job of a mail. Where the mail was announced once more meanwhile, it is looked at again a little later; a parked one
 * waits for its connection, and stays a suspect if it was one. A worker whose claim has lapsed must not change the row.
 */
export const markMessage = (db: Db, { connectionId, messageId, claim }: MessageJob, state: EndState): Promise<void> =>
  sendAhead(db, markingMessage({ connectionId, messageId, claim, state }))

/** It is no mail: nothing of it is kept, and it counts as seen by nobody. Once it is one, it is announced or listed anew. */
export async function forgetMessage(trx: Db, job: MessageJob): Promise<void> {
  await sql`delete from inbox_messages
    where connection_id = ${job.connectionId} and message_id = ${job.messageId} and claim = ${job.claim} and not again`.execute(trx)
  await markMessage(trx, job, 'absent')
}

/** false: its owner has connected again meanwhile, and nothing that is parked now would be released. */
export async function parkMessage(trx: Db, job: MessageJob): Promise<boolean> {
  const connection = trx.selectFrom('connections').select('status').where('id', '=', job.connectionId).forShare()
  if ((await connection.executeTakeFirst())?.status === 'active') return false
  await markMessage(trx, job, 'parked')
  return true
}

type EndState = 'treated' | 'absent' | 'parked'
type Marking = MailRef & { claim: string; state: EndState }

const markingMessage = builtOnce(
  (_db, { connectionId, messageId, claim, state }: Marking) =>
    sql`update inbox_messages set
        state = case when again and ${state} <> 'parked' then 'queued' else ${state} end,
        treated_at = case when again or ${state} = 'parked' then null else now() end,
        due_at = case when again then now() + interval '2 seconds' else due_at end,
        claim = null, again = false, alone = false, attempt = 1, misses = 0,
        suspect = suspect and ${state} = 'parked',
        lapses = case when ${state} = 'parked' then lapses else 0 end,
        deaths = case when ${state} = 'parked' then deaths else 0 end
      where connection_id = ${connectionId} and message_id = ${messageId} and claim = ${claim}`,
)

/** The worker that holds it will process it again. A suspect is processed alone (see suspect-messages.ts). */
export async function requeueMessage(
  trx: Transaction<Schema>,
  connectionId: string,
  messageId: string,
  { isSuspect = false }: { isSuspect?: boolean } = {},
): Promise<void> {
  await sql`update inbox_messages set state = 'queued', treated_at = null, again = claim is not null, suspect = suspect or ${isSuspect},
      due_at = case when claim is null then now() else due_at end
    where connection_id = ${connectionId} and message_id = ${messageId}`.execute(trx)
  await wakeWorkers(trx, 'message')
}

/** Its owner may ask for it again: it is no longer blamed then, and one that ended its process is tried alone from the start. */
export async function endGivenUp(
  trx: Db,
  { connectionId, messageId, claim }: MessageJob,
  { isSuspect }: { isSuspect: boolean },
): Promise<void> {
  await sql`update inbox_messages set state = 'treated', treated_at = now(), claim = null, again = false, attempt = 1, misses = 0,
      alone = false, deaths = 0, lapses = 0, suspect = ${isSuspect}
    where connection_id = ${connectionId} and message_id = ${messageId} and claim = ${claim}`.execute(trx)
}
