// Writes by recipes to a built-in board, within the transaction that ends the action: made and recorded, or neither.
import { sql } from 'kysely'
import type { ColumnValue } from '../../../recipes/column.ts'
import { type LeftOut, oncePerPart } from '../../../recipes/left-out.ts'
import type { PlannedFind } from '../../../recipes/actions/find.ts'
import type { Db } from '../../database/schema.ts'
import { isUuid } from '../../database/text.ts'
import type { Actor } from '../../people/unit-of-work.ts'
import { holdBoard } from '../board-store.ts'
import type { NewItemOnBoard, NewUpdateOnItem, Refused, Origin, Written } from '../board-target.ts'
import { audienceOf, type StoredBoard, withTitle } from '../board.ts'
import { cellsFromTexts, findKeysOf } from '../cells.ts'
import { cellsThatFit } from '../item-size.ts'
import { insertItem } from '../item-store.ts'
import { linkMessage } from '../link-store.ts'
import type { SafeBody } from '../../html/safe-html.ts'
import { insertUpdate } from '../update-store.ts'
import { addFiles } from './add-files.ts'

export async function createBuiltInItem(trx: Db, actor: Actor, wanted: NewItemOnBoard): Promise<Written | Refused> {
  const board = await boardFor(trx, actor, wanted.boardId)
  if ('refused' in board) return board
  const groupId = wanted.group ?? board.groups[0]?.id
  if (groupId === undefined || !board.groups.some(({ id }) => id === groupId))
    return refusal('group-gone', { board: board.name, group: groupId ?? '' })
  const { cells, leftOut: unread, gone } = cellsFromTexts(board.columns, wanted)
  if (gone !== undefined) return refusal('column-gone', { board: board.name, column: gone })
  const { origin } = wanted
  const fitted = cellsThatFit(board.columns, wanted.name, cells)
  const noRoom = fitted.leftOut.map((id): LeftOut => ({ part: `columns.${id}`, code: 'no-room' }))
  const leftOut = oncePerPart([...(wanted.leftOut ?? []), ...unread, ...noRoom])
  const { name } = wanted
  const item = await insertItem(trx, { board, groupId, name, cells: fitted.cells, leftOut, createdBy: actor.personId, source: origin })
  await linkMessage(trx, actor, item.id, origin)
  const update = await writeUpdate(trx, actor, { itemId: item.id, body: wanted.update, files: wanted.files, origin })
  return {
    target: 'built-in',
    itemId: item.id,
    itemVersion: item.version,
    madeItem: true,
    audience: audienceOf(board),
    ...update,
    leftOut: leftOut.map((each) => withTitle(each, board)),
    cut: [...fitted.cut, ...update.cut],
  }
}

export async function addBuiltInUpdate(trx: Db, actor: Actor, wanted: NewUpdateOnItem): Promise<Written | Refused> {
  const item = await trx.selectFrom('items').select(['board_id', 'version']).where('id', '=', wanted.itemId).executeTakeFirst()
  const board = await boardFor(trx, actor, item?.board_id ?? '')
  if (item === undefined || 'refused' in board) return 'refused' in board ? board : refusal('board-gone', {})
  const update = await writeUpdate(trx, actor, wanted)
  await linkMessage(trx, actor, wanted.itemId, wanted.origin)
  return {
    target: 'built-in',
    itemId: wanted.itemId,
    itemVersion: item.version,
    madeItem: false,
    audience: audienceOf(board),
    leftOut: [...(wanted.leftOut ?? [])],
    ...update,
  }
}

/** Held, so that its groups and columns are the same when the write is committed. */
async function boardFor(trx: Db, actor: Actor, id: string): Promise<StoredBoard | Refused> {
  const board = await holdBoard(trx, actor, id)
  if (board !== undefined) return board
  return refusal((await isUnseen(trx, id)) ? 'board-not-yours' : 'board-gone', {})
}

async function isUnseen(trx: Db, id: string): Promise<boolean> {
  if (!isUuid(id)) return false
  const { rows } = await sql<{ unseen: boolean }>`select is_board_of_tenant(${id}) as unseen`.execute(trx)
  return rows[0]?.unseen === true
}

const refusal = (refused: Refused['refused'], params: Refused['params']): Refused => ({ refused, params })

type UpdateWanted = { itemId: string; body?: SafeBody | undefined; files: NewItemOnBoard['files']; origin: Origin }

const noBody: SafeBody = { html: '', text: '', isCut: false }

/** Files hang on an update; where the recipe writes none, an empty one carries them. */
async function writeUpdate(trx: Db, actor: Actor, { itemId, body = noBody, files, origin }: UpdateWanted) {
  if (body === noBody && files.length === 0) return { updateId: null, pendingFiles: 0, cut: [] }
  const updateId = await insertUpdate(trx, { tenantId: actor.tenantId, itemId, body, createdBy: actor.personId, runId: origin.runId })
  const added = await addFiles(trx, { tenantId: actor.tenantId, updateId, origin, files })
  return {
    updateId,
    pendingFiles: added.pending,
    cut: [...(body.isCut ? ['update'] : []), ...added.leftOut.map((name) => `files.${name}`)],
  }
}

/**
 * Who looks for an item and makes one where there is none does so one after the other, until the end of the transaction:
 * two first mails of a conversation would both find nothing.
 */
export async function holdFind(trx: Db, actor: Actor, boardId: string, wanted: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`find:${actor.personId}:${boardId}:${wanted}`}, 0))`.execute(trx)
}

type FindByColumn = Extract<PlannedFind, { by: 'column' }>

/** The newest item whose column holds what the text says. It stays until the transaction ends. */
export async function findItemByColumn(
  trx: Db,
  actor: Actor,
  { boardId, column, value, made, timeZone }: Omit<FindByColumn, 'by'> & { boardId: string; timeZone?: string },
): Promise<{ itemId: string | undefined } | Refused> {
  const board = await boardFor(trx, actor, boardId)
  if ('refused' in board) return board
  const given = {
    columns: { [column]: value },
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(made === undefined ? {} : { values: { [column]: made } }),
  }
  const { cells, gone } = cellsFromTexts(board.columns, given)
  if (gone !== undefined) return refusal('column-gone', { board: board.name, column })
  const cell = cells[column] ?? null
  if (cell === null) return { itemId: undefined }
  const row = await trx
    .selectFrom('items')
    .select('id')
    .where('board_id', '=', board.id)
    .where(holds(column, cell, findKeysOf(board.columns, cells)[column]))
    .orderBy('created_at', 'desc')
    .limit(1)
    .forKeyShare()
    .executeTakeFirst()
  return { itemId: row?.id }
}

/** Items from before they had keys are found by the very same value. */
const holds = (column: string, cell: ColumnValue, key: string | undefined) =>
  key === undefined
    ? sql<boolean>`columns -> ${column} = ${JSON.stringify(cell)}::jsonb`
    : sql<boolean>`case when find_keys is null then columns -> ${column} = ${JSON.stringify(cell)}::jsonb else find_keys ->> ${column} = ${key} end`
