// Files of updates. They come in by parts, none of which is held longer than it takes to write it; a file is seen when it
// is whole. They go out against a ticket: an address that works once, within a minute, and only while the person who asked for it
// may still see the file.
import { sql } from 'kysely'
import type { Database, Db } from '../database/schema.ts'
import { isUuid } from '../database/text.ts'
import { hashOfSecret, isSecret, newSecret } from '../people/secret.ts'
import { type Actor, asPerson, asSystem } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { findBoard } from './board-store.ts'

export type PendingFile = { id: string; messageId: string; attachmentId: string; name: string; size: number }

export const largestFile = 25 * 1024 * 1024

const partBytes = 256 * 1024
export const ticketSeconds = 60

export async function pendingFiles(db: Db, runId: string): Promise<PendingFile[]> {
  const rows = await db
    .selectFrom('files')
    .selectAll()
    .where('run_id', '=', runId)
    .where('state', '=', 'pending')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    messageId: row.message_id ?? '',
    attachmentId: row.attachment_id ?? '',
    name: row.name,
    size: Number(row.size),
  }))
}

export async function leaveOutPending(db: Db, runIds: string[], because: string): Promise<void> {
  if (runIds.length === 0) return
  const leftOut = { state: 'left-out' as const, left_out_because: because, attachment_id: null }
  await db.updateTable('files').set(leftOut).where('run_id', 'in', runIds).where('state', '=', 'pending').execute()
}

/** Begins anew when it was broken off. 'gone': its item or board was deleted, or is no longer shared, while it came in. */
export async function storeFile(
  db: Database,
  actor: Actor,
  fileId: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ size: number } | 'too-large' | 'gone'> {
  await asPerson(db, actor, (trx) => trx.deleteFrom('file_chunks').where('file_id', '=', fileId).execute())
  let size = 0
  let ordinal = 0
  for await (const part of inParts(bytes)) {
    size += part.length
    if (size > largestFile) {
      await leaveOut(db, actor, fileId, 'too-large')
      return 'too-large'
    }
    const chunk = { file_id: fileId, ordinal, bytes: part }
    const isThere = await asPerson(db, actor, async (trx) => {
      const file = await trx.selectFrom('files').select('id').where('id', '=', fileId).forKeyShare().executeTakeFirst()
      if (file !== undefined) await trx.insertInto('file_chunks').values(chunk).execute()
      return file !== undefined
    })
    if (!isThere) return 'gone'
    ordinal += 1
  }
  const end = { state: 'stored', size, attachment_id: null } as const
  await asPerson(db, actor, (trx) => trx.updateTable('files').set(end).where('id', '=', fileId).execute())
  return { size }
}

export async function leaveOut(db: Database, actor: Actor, fileId: string, because: string): Promise<void> {
  const end = { state: 'left-out', left_out_because: because, attachment_id: null } as const
  await asPerson(db, actor, async (trx) => {
    await trx.updateTable('files').set(end).where('id', '=', fileId).execute()
    await trx.deleteFrom('file_chunks').where('file_id', '=', fileId).execute()
  })
}

/** A secret that opens one file, once. Only its hash is kept. */
export async function createTicket(db: Db, actor: Actor, fileId: string): Promise<string> {
  const file = isUuid(fileId) ? await fileWithBoard(db, actor, fileId) : undefined
  if (file === undefined || (await findBoard(db, actor, file.board_id)) === undefined) {
    throw new Problem('not-found', 'This file does not exist, or its board is not shared with you.')
  }
  const secret = newSecret()
  await purgeTickets(db)
  await db
    .insertInto('file_tickets')
    .values({
      secret_hash: hashOfSecret(secret),
      file_id: fileId,
      expires_at: sql<Date>`now() + make_interval(secs => ${ticketSeconds})`,
      person_id: actor.personId,
    })
    .execute()
  return secret
}

/** Those that nobody has used. */
export const purgeTickets = (db: Db) =>
  db
    .deleteFrom('file_tickets')
    .where('expires_at', '<', sql<Date>`now()`)
    .execute()

export type OpenFile = { name: string; contentType: string; size: number; parts: AsyncIterable<Buffer> }

export async function redeemTicket(db: Database, secret: string): Promise<OpenFile> {
  const ticket = await (isSecret(secret) ? takeTicket(db, secret) : undefined)
  // As the person who holds it: row-level security shows them what they may see at this moment, and nothing else.
  const file =
    ticket &&
    (await asPerson(db, ticket.holder, (trx) =>
      trx.selectFrom('files').selectAll().where('id', '=', ticket.fileId).where('state', '=', 'stored').executeTakeFirst(),
    ))
  if (ticket === undefined || file === undefined)
    throw new Problem('not-found', 'This link was already used or has expired, or the file was deleted.')
  const size = Number(file.size)
  return { name: file.name, contentType: file.content_type, size, parts: readParts(db, ticket.holder, { id: file.id, size }) }
}

const takeTicket = (db: Database, secret: string) =>
  asSystem(db, async (trx) => {
    const used = await trx
      .deleteFrom('file_tickets')
      .where('secret_hash', '=', hashOfSecret(secret))
      .where('expires_at', '>', sql<Date>`now()`)
      .returning(['file_id', 'person_id'])
      .executeTakeFirst()
    const person = used?.person_id
      ? await trx.selectFrom('people').select(['id', 'tenant_id']).where('id', '=', used.person_id).executeTakeFirst()
      : undefined
    return used && person && { fileId: used.file_id, holder: { tenantId: person.tenant_id, personId: person.id } }
  })

async function* readParts(db: Database, holder: Actor, { id, size }: { id: string; size: number }): AsyncIterable<Buffer> {
  let read = 0
  for (let ordinal = 0; read < size; ordinal += 1) {
    const part = await asPerson(db, holder, (trx) =>
      trx.selectFrom('file_chunks').select('bytes').where('file_id', '=', id).where('ordinal', '=', ordinal).executeTakeFirst(),
    )
    // The answer breaks off: the reader must not take half a file for a whole one.
    if (part === undefined) throw new Error('A file was removed, or is no longer shared, while it was read')
    read += part.bytes.length
    yield part.bytes
  }
}

const fileWithBoard = (db: Db, { tenantId }: Actor, fileId: string) =>
  db
    .selectFrom('files')
    .innerJoin('updates', 'updates.id', 'files.update_id')
    .innerJoin('items', 'items.id', 'updates.item_id')
    .select('items.board_id')
    .where('files.id', '=', fileId)
    .where('files.tenant_id', '=', tenantId)
    .where('files.state', '=', 'stored')
    .executeTakeFirst()

/** Parts of even size, however the bytes come. */
async function* inParts(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let gathered: Uint8Array[] = []
  let length = 0
  for await (const some of bytes) {
    gathered.push(some)
    length += some.length
    if (length < partBytes) continue
    yield Buffer.concat(gathered)
    gathered = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(gathered)
}
