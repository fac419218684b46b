import { randomUUID } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { z } from 'zod'
import type { Item, itemChange, newItem } from '../../contract/item.ts'
import type { Page } from '../../contract/page.ts'
import { inWords, type LeftOut } from '../../recipes/left-out.ts'
import { builtOnce } from '../database/built-once.ts'
import { onPage, type PageAsked, pageFrom } from '../database/page.ts'
import type { Db, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import { isUuid, jsonText } from '../database/text.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { type Fault, Problem } from '../problem.ts'
import { findBoard, holdBoard, noBoard, readBoard } from './board-store.ts'
import { type StoredBoard, storedLeftOut, withTitle } from './board.ts'
import { type Cells, cellsFromValues, cellsShown, findKeysOf } from './cells.ts'
import { bytesOfItem, largestItem } from './item-size.ts'

/** What an item is shown with: its address is that of the pane, opened on it. */
export type Shown = { actor: Actor; publicUrl: string }

export type Found = { item: Item; board: StoredBoard }

export async function listItems(db: Db, { actor, publicUrl }: Shown, boardId: string, asked: PageAsked): Promise<Page<Item>> {
  const board = await readBoard(db, actor, boardId)
  const rows = await itemRows(db)
    .innerJoin(
      onPage(asked, {
        table: 'items',
        at: 'created_at',
        key: ['id'],
        where: sql`board_id = ${board.id}`,
        // Each is told with its column's title and in words.
        more: sql`${sql.lit(leftOutBytes)} * jsonb_array_length(kept.left_out)`,
      }),
      'on_page.id',
      'items.id',
    )
    .select(['on_page.placed_at', 'on_page.has_more'])
    .orderBy('on_page.place')
    .execute()
  return pageFrom(rows, (row) => itemFrom(row, board, publicUrl))
}

export async function readItem(db: Db, { actor, publicUrl }: Shown, id: string): Promise<Found> {
  const row = isUuid(id) ? await itemRows(db).where('id', '=', id).where('tenant_id', '=', actor.tenantId).executeTakeFirst() : undefined
  const board = row && (await findBoard(db, actor, row.board_id))
  if (row === undefined || board === undefined) throw noItem()
  return { item: itemFrom(row, board, publicUrl), board }
}

const noItem = () => new Problem('item-not-found', 'This item does not exist, or its board is not shared with you.')

/** Read to be written to: its board is held before it. 'use' keeps it where it is, 'change' for one that changes or deletes it. */
export async function holdItem(db: Db, { actor, publicUrl }: Shown, id: string, hold: 'use' | 'change'): Promise<Found & { row: Row }> {
  if (!isUuid(id)) throw noItem()
  const known = await db.selectFrom('items').select('board_id').where('id', '=', id).executeTakeFirst()
  const board = known && (await holdBoard(db, actor, known.board_id))
  const row =
    board &&
    (await itemRows(db)
      .where('id', '=', id)
      .where('tenant_id', '=', actor.tenantId)
      .$if(hold === 'use', (query) => query.forKeyShare())
      .$if(hold === 'change', (query) => query.forUpdate())
      .executeTakeFirst())
  if (row === undefined || board === undefined) throw noItem()
  return { item: itemFrom(row, board, publicUrl), board, row }
}

export async function createItem(db: Db, shown: Shown, boardId: string, input: z.output<typeof newItem>): Promise<Found> {
  const board = await holdBoard(db, shown.actor, boardId)
  if (board === undefined) throw noBoard()
  const { cells, faults } = cellsFromValues(board.columns, input.columns ?? {})
  const groupId = input.groupId ?? board.groups[0]?.id ?? ''
  refuse([...groupFaults(board, groupId), ...faults])
  if (bytesOfItem(input.name, cells) > largestItem) throw tooLarge()
  const { id } = await insertItem(db, { board, groupId, name: input.name, cells, createdBy: shown.actor.personId, source: null })
  return readItem(db, shown, id)
}

export type ItemRow = {
  board: StoredBoard
  groupId: string
  name: string
  cells: Cells
  leftOut?: readonly LeftOut[]
  createdBy: string
  source: { messageId: string; recipeId: string | null; runId: string | null } | null
}

export async function insertItem(
  db: Db,
  { board, groupId, name, cells, leftOut = [], createdBy, source }: ItemRow,
): Promise<{ id: string; version: number }> {
  const id = randomUUID()
  await sendAhead(
    db,
    insertingItem({
      id,
      tenant_id: board.tenantId,
      board_id: board.id,
      group_id: groupId,
      name,
      columns: jsonText(cells),
      find_keys: jsonText(findKeysOf(board.columns, cells)),
      left_out: jsonText(leftOut),
      created_by: createdBy,
      source_message_id: source?.messageId ?? null,
      source_recipe_id: source?.recipeId ?? null,
      source_run_id: source?.runId ?? null,
    }),
  )
  return { id, version: firstVersion }
}

type Texts = { columns: string; find_keys: string; left_out: string }
type NewRow = Omit<Selectable<Schema['items']>, keyof Texts | 'version' | 'created_at'> & Texts

const insertingItem = builtOnce((db, item: NewRow) =>
  db.insertInto('items').values({
    id: item.id,
    tenant_id: item.tenant_id,
    board_id: item.board_id,
    group_id: item.group_id,
    name: item.name,
    columns: item.columns,
    find_keys: item.find_keys,
    left_out: item.left_out,
    created_by: item.created_by,
    source_message_id: item.source_message_id,
    source_recipe_id: item.source_recipe_id,
    source_run_id: item.source_run_id,
  }),
)

const firstVersion = 1

type Change = { id: string; change: z.output<typeof itemChange>; version: number | undefined }

export async function changeItem(db: Db, shown: Shown, { id, change, version }: Change): Promise<Found> {
  const { item, board, row } = await holdItem(db, shown, id, 'change')
  const { cells, faults } = cellsFromValues(board.columns, change.columns ?? {})
  refuse([...(change.groupId === undefined ? [] : groupFaults(board, change.groupId)), ...faults])
  const name = change.name ?? item.name
  if (version !== undefined && version !== row.version) throw stale()
  refuseGrowth(row, name, cells)
  await db
    .updateTable('items')
    .set({
      name,
      group_id: change.groupId ?? item.groupId,
      columns: sql`columns || ${jsonText(cells)}::jsonb`,
      find_keys: jsonText(findKeysOf(board.columns, { ...row.columns, ...cells })),
      version: sql`version + 1`,
    })
    .where('id', '=', item.id)
    .execute()
  return readItem(db, shown, id)
}

/** One that is too large already may be made smaller, piece by piece. */
function refuseGrowth(kept: Row, name: string, cells: Cells): void {
  const bytes = bytesOfItem(name, { ...kept.columns, ...cells })
  if (bytes > largestItem && bytes > bytesOfItem(kept.name, kept.columns)) throw tooLarge()
}

export async function deleteItem(db: Db, shown: Shown, id: string, version: number | undefined): Promise<Found> {
  const found = await holdItem(db, shown, id, 'change')
  const deleted = await db
    .deleteFrom('items')
    .where('id', '=', found.item.id)
    .where('version', '=', version ?? found.item.version)
    .executeTakeFirst()
  if (deleted.numDeletedRows === 0n) throw stale()
  return found
}

export const itemUrl = (publicUrl: string, id: string): string => `${publicUrl}/taskpane.html?item=${id}`

const stale = () => new Problem('version-conflict', 'The item has changed since you read it. Read it again.')

const tooLarge = () =>
  new Problem('invalid-item', 'The item is too large.', {
    errors: [
      { pointer: '/columns', detail: `The name and all columns together can have at most ${largestItem / 1024} KiB.`, code: 'too-large' },
    ],
  })

function refuse(errors: Fault[]): void {
  if (errors.length > 0) throw new Problem('invalid-item', 'The item is not valid.', { errors })
}

const groupFaults = (board: StoredBoard, groupId: string): Fault[] =>
  board.groups.some(({ id }) => id === groupId)
    ? []
    : [{ pointer: '/groupId', detail: 'This board does not have this group.', code: 'unknown-group' }]

const itemRows = (db: Db) => db.selectFrom('items').selectAll('items')

type Row = Awaited<ReturnType<ReturnType<typeof itemRows>['executeTakeFirstOrThrow']>>

const itemFrom = (row: Row, board: StoredBoard, publicUrl: string): Item => ({
  id: row.id,
  boardId: row.board_id,
  groupId: row.group_id,
  name: row.name,
  columns: cellsShown(board.columns, row.columns),
  url: itemUrl(publicUrl, row.id),
  createdAt: row.created_at.toISOString(),
  source:
    row.source_message_id === null ? null : { messageId: row.source_message_id, recipeId: row.source_recipe_id, runId: row.source_run_id },
  leftOut: leftOutShown(row, board),
  version: row.version,
})

const leftOutBytes = 600

/** A column that was filled in since, or is gone, is of no interest any more. */
function leftOutShown(row: Row, board: StoredBoard): Item['leftOut'] {
  const isOpen = ({ part }: LeftOut) => board.columns.every(({ id }) => part !== `columns.${id}` || (row.columns[id] ?? null) === null)
  return storedLeftOut
    .parse(row.left_out)
    .filter(isOpen)
    .map((each) => inWords(withTitle(each, board)))
}
