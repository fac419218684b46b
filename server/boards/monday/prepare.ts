// What is to be sent for an action, decided from what is known of the board: texts become values of its columns, an update becomes HTML
// that is taken, the item of a conversation is looked for. What is known is read anew where it may be out of date.
import { oncePerPart } from '../../../recipes/left-out.ts'
import type { Actor } from '../../people/unit-of-work.ts'
import { type NewItemOnBoard, NothingDone, type Refused, type Wanted } from '../board-target.ts'
import { withTitle } from '../board.ts'
import type { KnownBoard } from '../known-board-store.ts'
import { findItem } from './find-item.ts'
import { knownBoard, mondayOf, readBoard, withMarker } from './boards.ts'
import { addressesIn, columnValuesFrom, type Users } from './column-values.ts'
import type { Monday } from './monday-client.ts'
import type { MondayDeps } from './monday-deps.ts'
import { boardGone, missingOn, refusalFrom } from './refusal.ts'
import { type Request, textOf } from './request.ts'
import { plainUpdate, updateHtml } from './update-html.ts'

type Prepared = { request: string } | Refused | undefined

/** What a reader of an older copy of the board may have missed is worth one call. */
const freshMs = 60_000

export async function prepare(deps: MondayDeps, actor: Actor, wanted: Wanted): Promise<Prepared> {
  const boardId = wanted.kind === 'create-item' ? wanted.item.boardId : wanted.boardId
  deps.turns.refuseWhileBusy(boardId)
  const monday = await mondayOf(deps, actor)
  const prepared =
    wanted.kind === 'create-item' ? prepareItem(deps, actor, monday, wanted.item) : prepareUpdate(deps, actor, monday, wanted)
  return prepared.catch((error: unknown) =>
    refusalFrom(error, { group: null, columns: [] }, () => readBoard(deps, actor, monday, boardId), boardId).catch((failure: unknown) => {
      throw failure instanceof NothingDone ? failure.cause : failure
    }),
  )
}

type WantedUpdate = Extract<Wanted, { kind: 'add-update' }>

async function prepareUpdate(deps: MondayDeps, actor: Actor, monday: Monday, wanted: WantedUpdate): Promise<Prepared> {
  const { boardId, find, timeZone, update, otherwise } = wanted
  const known = await knownBoard(deps, actor, monday, boardId)
  const lacks = known !== undefined && find.by === 'column' && missingOn(known, { group: null, columns: [find.column] }) !== undefined
  const board = lacks && known.readMsAgo > freshMs ? await readBoard(deps, actor, monday, boardId) : known
  if (board === undefined) return boardGone(boardId)
  const { runId } = update.origin
  const found = await findItem(deps, actor, monday, { board, find, timeZone, runId, makesOne: otherwise !== 'skip' })
  if ('refused' in found) return found
  if (found.itemId === undefined) return otherwise === 'skip' ? undefined : prepareItem(deps, actor, monday, otherwise.create)
  const { html, isCut } = updateHtml(update.body)
  const cut = [...(isCut ? ['update'] : []), ...filesLeft(update.files)]
  const plain = plainUpdate(update.body)
  return asked({ kind: 'update', boardId, itemId: found.itemId, update: { html, plain }, leftOut: [...(update.leftOut ?? [])], cut })
}

async function prepareItem(deps: MondayDeps, actor: Actor, monday: Monday, item: NewItemOnBoard): Promise<Prepared> {
  const known = await knownBoard(deps, actor, monday, item.boardId)
  if (known === undefined) return boardGone(item.boardId)
  const isOld = known.readMsAgo > freshMs && mayBeOutOfDate(known, item)
  const board = isOld ? await readBoard(deps, actor, monday, item.boardId) : known
  if (board === undefined) return boardGone(item.boardId)
  const group = item.group ?? null
  const missing = missingOn(board, { group, columns: Object.keys(item.columns) })
  if (missing !== undefined) return missing
  const columns = columnsFor(board)
  const users = await usersAt(monday, addressesIn(columns, item))
  const { values, leftOut } = columnValuesFrom(columns, item, users)
  const { marker } = await withMarker(deps, actor, monday, board)
  const body = item.update === undefined ? undefined : updateHtml(item.update)
  const hasUpdate = item.update !== undefined && body !== undefined && body.html !== ''
  return asked({
    kind: 'item',
    boardId: item.boardId,
    group,
    name: item.name,
    values,
    makesLabels: board.makesLabels,
    marker,
    update: hasUpdate ? { html: body.html, plain: plainUpdate(item.update ?? { text: '' }) } : null,
    leftOut: oncePerPart([...(item.leftOut ?? []), ...leftOut]).map((each) => withTitle(each, board)),
    cut: [...(body?.isCut ? ['update'] : []), ...filesLeft(item.files)],
  })
}

/** Where labels are made, any text is one. */
export const columnsFor = ({ columns, makesLabels }: Pick<KnownBoard, 'columns' | 'makesLabels'>): KnownBoard['columns'] =>
  makesLabels ? columns.map(({ labels: _labels, ...column }) => column) : columns

function mayBeOutOfDate(board: KnownBoard, item: NewItemOnBoard): boolean {
  const columns = Object.keys(item.columns)
  if (missingOn(board, { group: item.group ?? null, columns }) !== undefined) return true
  return columnValuesFrom(columnsFor(board), item).leftOut.some(({ code }) => code === 'unknown-label')
}

/** They are asked for by address, those of one item at once. */
async function usersAt(monday: Monday, addresses: readonly string[]): Promise<Users> {
  if (addresses.length === 0) return new Map()
  const { users } = await monday.query('users', { emails: addresses, limit: addresses.length })
  return new Map((users ?? []).map(({ id, email }) => [email.toLowerCase(), id]))
}

/** Files are not brought to boards of monday.com: each is named, and stays in the mail. */
const filesLeft = (files: NewItemOnBoard['files']): string[] => files.map(({ name }) => `files.${name.slice(0, 200)}`)

const asked = (request: Request): Prepared => ({ request: textOf(request) })
