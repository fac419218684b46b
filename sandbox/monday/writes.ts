// What changes a board, by the API or by people in monday.com itself. Each change is in the activity log, and subscribed webhooks hear of it.
import { addColumn, type Board, boardFor, type Cells, type Column, type File, type Group, groupFor, type Item, type NewColumn, type Update } from './board.ts' // prettier-ignore
import { cellsWith, textOfCell } from './cells.ts'
import { badArgument, MondayError } from './monday-error.ts'
import type { MondayState, User } from './state.ts'

export type Change = {
  /** As webhooks are subscribed to. */
  event: string
  board: Board
  item: Item | null
  user: User
  column?: Column
  before?: unknown
  update?: Update
}
export type Writes = ReturnType<typeof openWrites>

const longestName = 255

export function openWrites(state: MondayState, heard: (change: Change) => void) {
  const happened = (change: Change, logged: { event: string; data?: unknown }) => {
    const { board, item, user } = change
    const at = state.now()
    const about = item === null ? { board_id: board.id } : { board_id: board.id, pulse_id: item.id, pulse_name: item.name }
    const entity = item === null ? 'board' : 'pulse'
    board.activity.unshift({ id: state.nextId(), at, event: logged.event, entity, itemId: item?.id ?? null, userId: user.id, data: { ...about, ...Object(logged.data) } }) // prettier-ignore
    heard(change)
  }
  const touch = (item: Item, cells: Cells = item.cells) => {
    item.updatedAt = state.now()
    item.cells = cells
    item.found.push({ from: item.updatedAt + state.behaviour.searchLagMs, cells })
  }

  const writes = {
    createBoard(user: User, { name, kind = 'public', groups = ['Topics'], columns = [] }: NewBoard): Board {
      const board: Board = {
        id: state.nextId(),
        name,
        accountId: user.account.id,
        kind,
        creator: user,
        members: new Set([user.id]),
        state: 'active',
        createdAt: state.now(),
        groups: [],
        columns: [],
        activity: [],
        itemsLimit: 10_000,
        isLocked: false,
      }
      state.boards.set(board.id, board)
      board.columns.push({ id: 'name', title: 'Name', type: 'name', description: null, labels: [], isDeleted: false })
      for (const title of groups) writes.createGroup(board, title)
      for (const column of columns) addColumn(state, board, column)
      return board
    },
    createGroup(board: Board, title: string): Group {
      if (title.length > 255) throw badArgument('Group name is too long')
      const id = board.groups.length === 0 ? 'topics' : `group_${state.nextId().slice(-8)}`
      const group: Group = { id, title, color: '#037f4c', state: 'active' }
      board.groups.push(group)
      return group
    },
    createColumn(user: User, board: Board, asked: NewColumn): Column {
      const column = addColumn(state, board, asked)
      happened({ event: 'create_column', board, item: null, user, column }, { event: 'create_column', data: { column_id: column.id } })
      return column
    },
    createItem(user: User, board: Board, { name, groupId, values = {}, makesLabels = false, parentId = null }: NewItem): Item {
      if (name.length === 0) throw badArgument('item_name must not be empty')
      if (name.length > longestName) throw new MondayError('ItemNameTooLongException', `Item name can't exceed ${longestName} characters`)
      if (itemsOn(state, board).length >= board.itemsLimit)
        throw new MondayError('ItemsLimitationException', `Board has reached its limit of ${board.itemsLimit} items`)
      const group = groupFor(board, groupId)
      const cells = cellsWith({}, values, { state, board, makesLabels })
      const at = state.now()
      const item: Item = {
        id: state.nextId(),
        board,
        name,
        groupId: group.id,
        creator: user,
        parentId,
        state: 'active',
        createdAt: at,
        updatedAt: at,
        cells,
        found: [{ from: at + state.behaviour.searchLagMs, cells }],
      }
      state.items.set(item.id, item)
      happened({ event: 'create_item', board, item, user }, { event: 'create_pulse', data: { group_id: group.id } })
      return item
    },
    changeColumns(user: User, item: Item, values: Record<string, unknown>, makesLabels = false): void {
      const { name, ...others } = values
      const { board, cells: before } = item
      const cells = cellsWith(before, others, { state, board, makesLabels })
      if (typeof name === 'string') writes.rename(user, item, name)
      touch(item, cells)
      for (const id of Object.keys(others)) {
        const column = board.columns.find((each) => each.id === id)
        if (column === undefined) continue
        const shown = (cell: unknown) => textOfCell(state, column, cell)
        const data = { column_id: id, column_type: column.type, value: shown(cells[id]), previous_value: shown(before[id]) }
        happened({ event: 'change_column_value', board, item, user, column, before: before[id] ?? null }, { event: 'update_column_value', data }) // prettier-ignore
      }
    },
    rename(user: User, item: Item, name: string): void {
      if (name.length === 0 || name.length > longestName) throw new MondayError('ItemNameTooLongException', 'Item name is not valid')
      item.name = name
      touch(item)
      happened({ event: 'change_name', board: item.board, item, user }, { event: 'update_name' })
    },
    move(user: User, item: Item, group: Group): void {
      item.groupId = group.id
      touch(item)
      happened({ event: 'item_moved_to_any_group', board: item.board, item, user }, { event: 'move_pulse_into_group' })
    },
    end(user: User, item: Item, to: 'archived' | 'deleted'): void {
      item.state = to
      touch(item)
      const [event, logged] = to === 'deleted' ? ['item_deleted', 'delete_pulse'] : ['item_archived', 'archive_pulse']
      happened({ event, board: item.board, item, user }, { event: logged })
    },
    createUpdate(user: User, item: Item, body: string, replyTo: string | null = null): Update {
      const tag = [...state.behaviour.refusedTags].find((each) => body.toLowerCase().includes(`<${each}`))
      if (tag !== undefined) throw badArgument(`Update body holds <${tag}>`)
      if (body.trim() === '') throw badArgument('Update body must not be empty')
      const at = state.now()
      const update: Update = { id: state.nextId(), item, replyTo, body, creator: user, createdAt: at, editedAt: at, files: [] }
      state.updates.set(update.id, update)
      item.updatedAt = at
      happened(
        { event: 'create_update', board: item.board, item, user, update },
        { event: 'create_update', data: { update_id: update.id } },
      )
      return update
    },
    editUpdate(user: User, update: Update, body: string): void {
      update.body = body
      update.editedAt = state.now()
      happened({ event: 'edit_update', board: update.item.board, item: update.item, user, update }, { event: 'edit_update' })
    },
    deleteUpdate(user: User, update: Update): void {
      for (const { id, replyTo } of state.updates.values()) if (id === update.id || replyTo === update.id) state.updates.delete(id)
      happened({ event: 'delete_update', board: update.item.board, item: update.item, user, update }, { event: 'delete_update' })
    },
    addFile(user: User, name: string, content: Buffer): File {
      const file = { id: state.nextId(), name, size: content.length, at: state.now(), by: user }
      state.files.set(file.id, content)
      return file
    },
  }
  return writes
}

export type NewBoard = { name: string; kind?: Board['kind']; groups?: readonly string[]; columns?: readonly NewColumn[] }
export type NewItem = {
  name: string
  groupId?: string | null
  values?: Record<string, unknown>
  makesLabels?: boolean
  parentId?: string | null
}

export const itemsOn = (state: MondayState, board: Board): Item[] =>
  [...state.items.values()].filter((item) => item.board === board && item.state === 'active' && item.parentId === null)

/**
 * One write at a time: who comes while another is under way finds the board locked
 * (https://developer.monday.com/api-reference/docs/error-handling).
 */
export async function onBoard<Result>(state: MondayState, user: User, boardId: string, write: (board: Board) => Result): Promise<Result> {
  const board = boardFor(state, user, boardId)
  if (board.isLocked)
    throw new MondayError('RESOURCE_LOCKED', 'The board is being written to', { status: 423, transport: true, retryInSeconds: 1 })
  if (state.behaviour.writeMs === 0) return write(board)
  board.isLocked = true
  try {
    await new Promise((resolve) => setTimeout(resolve, state.behaviour.writeMs))
    return write(board)
  } finally {
    board.isLocked = false
  }
}
