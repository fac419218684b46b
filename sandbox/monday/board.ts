// Boards of the stand-in, with what is on them.
import { badArgument, MondayError, notFound, unauthorized } from './monday-error.ts'
import type { MondayState, User } from './state.ts'

export type ColumnType =
  | 'text' | 'long_text' | 'status' | 'dropdown' | 'date' | 'people' | 'email' | 'link' | 'phone' | 'numbers' | 'checkbox' | 'timeline' | 'file'
  | 'auto_number' | 'board_relation' | 'button' | 'creation_log' | 'formula' | 'item_id' | 'last_updated' | 'mirror' | 'name' | 'time_tracking' // prettier-ignore

export type Label = { id: number; index: number; label: string; color: number; is_done: boolean; is_deactivated: boolean }
export type Column = { id: string; title: string; type: ColumnType; description: string | null; labels: Label[]; isDeleted: boolean }
export type Group = { id: string; title: string; color: string; state: 'active' | 'archived' | 'deleted' }

export type Activity = {
  id: string
  at: number
  event: string
  entity: 'pulse' | 'board'
  itemId: string | null
  userId: string
  data: unknown
}

export type Board = {
  id: string
  name: string
  accountId: string
  kind: 'public' | 'private'
  creator: User
  /** Of a private board: who may see it. */
  members: Set<string>
  state: 'active' | 'archived' | 'deleted'
  createdAt: number
  groups: Group[]
  columns: Column[]
  activity: Activity[]
  itemsLimit: number
  /** A write is under way. */
  isLocked: boolean
}

/** As it is stored: what `value` gives, by column. */
export type Cells = Record<string, unknown>

export type Item = {
  id: string
  board: Board
  name: string
  groupId: string
  creator: User
  parentId: string | null
  state: 'active' | 'archived' | 'deleted'
  createdAt: number
  updatedAt: number
  cells: Cells
  /** As a search finds them: the last of those whose time has come. */
  found: { from: number; cells: Cells }[]
}

export type File = { id: string; name: string; size: number; at: number; by: User }

export type Update = {
  id: string
  item: Item
  replyTo: string | null
  body: string
  creator: User
  createdAt: number
  editedAt: number
  files: File[]
}

export type Webhook = {
  id: string
  board: Board
  url: string
  event: string
  config: Record<string, unknown>
  creator: User
  /** Made with the token of an app that has an integration feature: what is posted is signed. */
  isSigned: boolean
}

export const maySee = (board: Board, user: User): boolean =>
  board.accountId === user.account.id && board.state !== 'deleted' && (board.kind === 'public' || board.members.has(user.id))

/** For a write. One that the user may not see is not there. */
export function boardFor(state: MondayState, user: User, id: string): Board {
  const board = state.boards.get(id)
  if (board === undefined || !maySee(board, user)) throw new MondayError('InvalidBoardIdException', 'board not found')
  if (board.state === 'archived') throw unauthorized()
  return board
}

export function itemFor(state: MondayState, user: User, id: string | null | undefined): Item {
  const item = state.items.get(id ?? '')
  if (item === undefined || item.state === 'deleted' || !maySee(item.board, user)) throw notFound('item')
  return item
}

export function groupFor(board: Board, id: string | null | undefined): Group {
  const active = board.groups.filter(({ state }) => state === 'active')
  const group = id === null || id === undefined ? active[0] : active.find((each) => each.id === id)
  if (group === undefined) throw new MondayError('InvalidGroupIdException', 'group not found', { data: { group_id: id } })
  return group
}

export function columnFor(board: Board, id: string): Column {
  const column = board.columns.find((each) => each.id === id && !each.isDeleted)
  if (column === undefined)
    throw new MondayError('InvalidColumnIdException', `This column ID doesn't exist for the board`, { data: { column_id: id } })
  return column
}

export function updateFor(state: MondayState, user: User, id: string): Update {
  const update = state.updates.get(id)
  if (update === undefined || update.item.state === 'deleted' || !maySee(update.item.board, user)) throw notFound('update')
  return update
}

export type NewColumn = { id?: string; title: string; type: ColumnType; labels?: readonly string[] }

/** Ids of deleted columns stay taken. */
export function addColumn(state: MondayState, board: Board, { id, title, type, labels = [] }: NewColumn): Column {
  if (id !== undefined && !/^[a-z_][a-z0-9_]{0,19}$/.test(id)) throw badArgument('Column ID must be lowercase, up to 20 characters')
  if (id !== undefined && board.columns.some((column) => column.id === id)) throw badArgument(`Column ID ${id} is already in use`)
  const free = id ?? `${type === 'status' ? 'color' : type}_${state.nextId().slice(-8)}`
  const column: Column = { id: free, title, type, description: null, labels: [], isDeleted: false }
  for (const label of labels) addLabel(column, label)
  board.columns.push(column)
  return column
}

export function addLabel(column: Column, label: string): Label {
  const at = column.labels.length
  const added = { id: at, index: at, label, color: at, is_done: false, is_deactivated: false }
  column.labels.push(added)
  return added
}
