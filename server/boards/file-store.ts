// Files of updates. They come in by parts, none of which is held longer than it takes to write it; a file is seen when it
// is whole. They go out against a ticket: an address that works once, within a minute.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Db } from '../database/schema.ts'
import { isUuid } from '../database/text.ts'
import { isSecret, newSecret } from '../people/secret.ts'
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

/** Begins anew when it was broken off. Gives the size, or that the file is larger than one may be. */
export async function storeFile(
  db: Database,
  actor: Actor,
  fileId: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ size: number } | 'too-large'> {
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
    await asPerson(db, actor, (trx) => trx.insertInto('file_chunks').values(chunk).execute())
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
  await db
    .deleteFrom('file_tickets')
    .where('expires_at', '<', sql<Date>`now()`)
    .execute()
  await db
    .insertInto('file_tickets')
    .values({ secret_hash: hashOf(secret), file_id: fileId, expires_at: sql<Date>`now() + make_interval(secs => ${ticketSeconds})` })
    .execute()
  return secret
}

export type OpenFile = { name: string; contentType: string; size: number; parts: AsyncIterable<Buffer> }

export async function redeemTicket(db: Database, secret: string): Promise<OpenFile> {
  const file = !isSecret(secret)
    ? undefined
    : await asSystem(db, async (trx) => {
        const ticket = await trx
          .deleteFrom('file_tickets')
          .where('secret_hash', '=', hashOf(secret))
          .where('expires_at', '>', sql<Date>`now()`)
          .returning('file_id')
          .executeTakeFirst()
        return (
          ticket && trx.selectFrom('files').selectAll().where('id', '=', ticket.file_id).where('state', '=', 'stored').executeTakeFirst()
        )
      })
  if (file === undefined) throw new Problem('not-found', 'This address has been used, or its minute has passed.')
  return { name: file.name, contentType: file.content_type, size: Number(file.size), parts: readParts(db, file.id) }
}

async function* readParts(db: Database, fileId: string): AsyncIterable<Buffer> {
  for (let ordinal = 0; ; ordinal += 1) {
    const part = await asSystem(db, (trx) =>
      trx.selectFrom('file_chunks').select('bytes').where('file_id', '=', fileId).where('ordinal', '=', ordinal).executeTakeFirst(),
    )
    if (part === undefined) return
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

const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

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
