import { randomUUID } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { Update } from '../../contract/item.ts'
import type { Page } from '../../contract/page.ts'
import { builtOnce } from '../database/built-once.ts'
import { onPage, type PageAsked, pageFrom } from '../database/page.ts'
import type { Db, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { SafeBody } from '../html/safe-html.ts'

/** The item is one that the caller was shown. */
export async function listUpdates(db: Db, itemId: string, asked: PageAsked): Promise<Page<Update>> {
  const rows = await updateRows(db)
    .innerJoin(
      onPage(asked, { table: 'updates', at: 'created_at', key: ['id'], where: sql`item_id = ${itemId}`, more: bytesOfFiles }),
      'on_page.id',
      'updates.id',
    )
    .select(['on_page.placed_at', 'on_page.has_more'])
    .orderBy('on_page.place')
    .execute()
  const files = await storedFiles(
    db,
    rows.map(({ id }) => id),
  )
  return pageFrom(rows, (row) => updateFrom(row, files))
}

/** Of each its name, and an id and a size. */
const bytesOfFiles = sql<number>`(
  select coalesce(sum(octet_length(to_json(name)::text) + 80), 0) from files where update_id = kept.id and state = 'stored')`

export async function readUpdate(db: Db, id: string): Promise<Update> {
  const row = await updateRows(db).where('updates.id', '=', id).executeTakeFirstOrThrow()
  return updateFrom(row, await storedFiles(db, [id]))
}

type NewUpdate = { tenantId: string; itemId: string; body: Pick<SafeBody, 'html' | 'text'>; createdBy: string; runId: string | null }

export async function insertUpdate(db: Db, { tenantId, itemId, body, createdBy, runId }: NewUpdate): Promise<string> {
  const id = randomUUID()
  const row = { id, tenant_id: tenantId, item_id: itemId, body: body.html, body_text: body.text }
  await sendAhead(db, insertingUpdate({ ...row, created_by: createdBy, source_run_id: runId }))
  return id
}

const insertingUpdate = builtOnce((db, update: Omit<Selectable<Schema['updates']>, 'created_at'>) =>
  db.insertInto('updates').values({
    id: update.id,
    tenant_id: update.tenant_id,
    item_id: update.item_id,
    body: update.body,
    body_text: update.body_text,
    created_by: update.created_by,
    source_run_id: update.source_run_id,
  }),
)

type FileRow = { id: string; update_id: string; name: string; size: string }

async function storedFiles(db: Db, updateIds: string[]): Promise<FileRow[]> {
  if (updateIds.length === 0) return []
  return db
    .selectFrom('files')
    .select(['id', 'update_id', 'name', 'size'])
    .where('update_id', 'in', updateIds)
    .where('state', '=', 'stored')
    .orderBy('created_at')
    .orderBy('name')
    .execute()
}

const updateRows = (db: Db) =>
  db
    .selectFrom('updates')
    .leftJoin('people', 'people.id', 'updates.created_by')
    .selectAll('updates')
    .select('people.display_name as author_name')

type Row = Awaited<ReturnType<ReturnType<typeof updateRows>['executeTakeFirstOrThrow']>>

const updateFrom = (row: Row, files: readonly FileRow[]): Update => ({
  id: row.id,
  body: row.body,
  text: row.body_text,
  author: row.created_by === null ? null : { id: row.created_by, displayName: row.author_name ?? '' },
  createdAt: row.created_at.toISOString(),
  files: files.filter(({ update_id }) => update_id === row.id).map(({ id, name, size }) => ({ id, name, size: Number(size) })),
})
