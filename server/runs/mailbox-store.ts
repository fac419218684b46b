// Whose mailbox a job is about, and what became of a mail in it.
import { sql, type SqlBool } from 'kysely'
import type { Db, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import { Problem } from '../problem.ts'

export type Mailbox = {
  connectionId: string
  tenantId: string
  personId: string
  status: Schema['connections']['status']
  inboxId: string | null
  addresses: string[]
}

export async function findMailbox(db: Db, connectionId: string): Promise<Mailbox | undefined> {
  const row = await mailboxRows(db).where('id', '=', connectionId).executeTakeFirst()
  return row && mailboxFrom(row)
}

export async function findMailboxes(db: Db, connectionIds: string[]): Promise<Map<string, Mailbox>> {
  const rows = await mailboxRows(db)
    .where(sql<SqlBool>`id = any(${connectionIds}::uuid[])`)
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

export async function markMessage(db: Db, { connectionId, messageId }: MailRef, state: 'treated' | 'absent' | 'parked'): Promise<void> {
  await sendAhead(
    db,
    db
      .updateTable('inbox_messages')
      .set({ state, treated_at: state === 'parked' ? null : sql<Date>`now()` })
      .where('connection_id', '=', connectionId)
      .where('message_id', '=', messageId),
  )
}

export async function requeueMessage(db: Db, connectionId: string, messageId: string): Promise<void> {
  await db
    .updateTable('inbox_messages')
    .set({ state: 'queued', treated_at: null })
    .where('connection_id', '=', connectionId)
    .where('message_id', '=', messageId)
    .execute()
}

const mailboxRows = (db: Db) =>
  db
    .selectFrom('connections')
    .select(['id', 'tenant_id', 'person_id', 'status', 'inbox_id', 'addresses'])
    .where('provider', '=', 'microsoft')

type Row = Awaited<ReturnType<ReturnType<typeof mailboxRows>['executeTakeFirstOrThrow']>>

const mailboxFrom = (row: Row): Mailbox => ({
  connectionId: row.id,
  tenantId: row.tenant_id,
  personId: row.person_id,
  status: row.status,
  inboxId: row.inbox_id,
  addresses: row.addresses,
})
