// Whose mailbox a job is about, and what became of a mail in it.
import { sql, type SqlBool, type Transaction } from 'kysely'
import { builtOnce } from '../database/built-once.ts'
import type { Db, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { JobData } from '../jobs/job-data.ts'
import { wakeWorkers } from '../jobs/wake.ts'
import { Problem } from '../problem.ts'

export type Mailbox = {
  connectionId: string
  tenantId: string
  personId: string
  status: Schema['connections']['status']
  inboxId: string | null
  addresses: string[]
  /** Where its owner reads it, once somebody has said so. */
  timeZone: string | undefined
}

export async function findMailbox(db: Db, connectionId: string): Promise<Mailbox | undefined> {
  const row = await mailboxRows(db).where('connections.id', '=', connectionId).executeTakeFirst()
  return row && mailboxFrom(row)
}

export async function findMailboxes(db: Db, connectionIds: string[]): Promise<Map<string, Mailbox>> {
  const rows = await mailboxRows(db)
    .where(sql<SqlBool>`connections.id = any(${connectionIds}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, mailboxFrom(row)]))
}

/** The mailbox of who asks, ready to be read. */
export async function readMailboxOf(db: Db, personId: string): Promise<Mailbox> {
  const row = await mailboxRows(db).where('person_id', '=', personId).executeTakeFirst()
  if (row === undefined || row.status === 'connecting' || row.status === 'disconnecting')
    throw new Problem('not-connected', 'Connect your mailbox first.')
  if (row.status === 'needs-reconnect') throw new Problem('reconnect-required', 'Connect your mailbox again.')
  return mailboxFrom(row)
}

export async function rememberInbox(db: Db, connectionId: string, inboxId: string): Promise<void> {
  await db.updateTable('connections').set({ inbox_id: inboxId }).where('id', '=', connectionId).execute()
}

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
  const mailbox = await mailboxRows(trx).where('connections.id', '=', job.connectionId).forShare('connections').executeTakeFirst()
  if (mailbox?.status === 'active') return false
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

/** The worker that holds it will process it again. A suspect is processed alone (see jobs/suspect-store.ts). */
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

const mailboxRows = (db: Db) =>
  db
    .selectFrom('connections')
    .innerJoin('people', 'people.id', 'connections.person_id')
    .select(['connections.id', 'connections.tenant_id', 'person_id', 'status', 'inbox_id', 'addresses', 'people.time_zone'])
    .where('provider', '=', 'microsoft')

type Row = Awaited<ReturnType<ReturnType<typeof mailboxRows>['executeTakeFirstOrThrow']>>

const mailboxFrom = (row: Row): Mailbox => ({
  connectionId: row.id,
  tenantId: row.tenant_id,
  personId: row.person_id,
  status: row.status,
  inboxId: row.inbox_id,
  addresses: row.addresses,
  timeZone: row.time_zone ?? undefined,
})
