// The rows of mailboxes, one for each Microsoft connection: where its Inbox lies, whose it is, and whether it may be read.
import { sql, type SqlBool } from 'kysely'
import type { ConnectionRow } from '../connections/connection-store.ts'
import type { Db } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import { Problem } from '../problem.ts'
import { listingOverlapMs } from './cursor-store.ts'

export type Mailbox = {
  connectionId: string
  tenantId: string
  personId: string
  status: ConnectionRow['status']
  inboxId: string | null
  addresses: string[]
  /** Everything received before it has been listed. */
  cursor: Date
  /** Where its owner reads it, once somebody has said so. */
  timeZone: string | undefined
}

export async function findMailbox(db: Db, connectionId: string): Promise<Mailbox | undefined> {
  const row = await mailboxRows(db).where('connection_id', '=', connectionId).executeTakeFirst()
  return row && mailboxFrom(row)
}

export async function findMailboxes(db: Db, connectionIds: string[]): Promise<Map<string, Mailbox>> {
  const rows = await mailboxRows(db)
    .where(sql<SqlBool>`connection_id = any(${connectionIds}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.connection_id, mailboxFrom(row)]))
}

/** The mailbox of who asks, ready to be read. */
export async function readMailboxOf(db: Db, personId: string): Promise<Mailbox> {
  const row = await mailboxRows(db).where('mailboxes.person_id', '=', personId).executeTakeFirst()
  if (row === undefined || row.status === 'connecting' || row.status === 'disconnecting')
    throw new Problem('not-connected', 'Connect your mailbox first.')
  if (row.status === 'needs-reconnect') throw new Problem('reconnect-required', 'Reconnect your mailbox.')
  return mailboxFrom(row)
}

/** Beside its connection, from the beginning. A trigger may have added it already, for servers of the version before. */
export async function addMailbox(db: Db, { id, tenant_id, person_id }: ConnectionRow): Promise<void> {
  await db
    .insertInto('mailboxes')
    .values({ connection_id: id, tenant_id, person_id })
    .onConflict((on) => on.doNothing())
    .execute()
}

/** What was read of it when it was connected. */
type Activation = {
  addresses: string[]
  inboxId: string
  /** Whether what arrived before this moment is left alone. */
  fromNow: boolean
}

/** Before its connection is, in the order in which rows are locked (docs/decisions/0028-rows-are-locked-in-one-order.md). */
export async function activateMailbox(db: Db, connectionId: string, { addresses, inboxId, fromNow }: Activation): Promise<void> {
  await db
    .updateTable('mailboxes')
    .set({
      addresses: jsonText(addresses),
      inbox_id: inboxId,
      refusals: 0,
      refused_status: null,
      subscribe_at: null,
      next_catchup_at: sql<Date>`now()`,
      ...(fromNow ? { cursor: sql<Date>`now() + make_interval(secs => ${listingOverlapMs / 1000})` } : {}),
    })
    .where('connection_id', '=', connectionId)
    .execute()
}

export async function rememberInbox(db: Db, connectionId: string, inboxId: string): Promise<void> {
  await db.updateTable('mailboxes').set({ inbox_id: inboxId }).where('connection_id', '=', connectionId).execute()
}

const mailboxRows = (db: Db) =>
  db
    .selectFrom('mailboxes')
    .innerJoin('connections', 'connections.id', 'mailboxes.connection_id')
    .innerJoin('people', 'people.id', 'mailboxes.person_id')
    .select(['mailboxes.connection_id', 'mailboxes.tenant_id', 'mailboxes.person_id', 'mailboxes.inbox_id', 'mailboxes.addresses'])
    .select(['mailboxes.cursor', 'connections.status', 'people.time_zone'])

type Row = Awaited<ReturnType<ReturnType<typeof mailboxRows>['executeTakeFirstOrThrow']>>

const mailboxFrom = (row: Row): Mailbox => ({
  connectionId: row.connection_id,
  tenantId: row.tenant_id,
  personId: row.person_id,
  status: row.status,
  inboxId: row.inbox_id,
  addresses: row.addresses,
  cursor: row.cursor,
  timeZone: row.time_zone ?? undefined,
})
