// Whose mailbox it is, where its Inbox lies, and whether it may be read.
import { sql, type SqlBool } from 'kysely'
import type { Db, Schema } from '../database/schema.ts'
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
  if (row.status === 'needs-reconnect') throw new Problem('reconnect-required', 'Reconnect your mailbox.')
  return mailboxFrom(row)
}

export async function rememberInbox(db: Db, connectionId: string, inboxId: string): Promise<void> {
  await db.updateTable('connections').set({ inbox_id: inboxId }).where('id', '=', connectionId).execute()
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
