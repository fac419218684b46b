// The fields at the root of a mutation. Each is a write to one board, and boards take one at a time.
import { columnFor, groupFor, itemFor, type NewColumn, updateFor } from './board.ts'
import { jsonOf, parseSent } from './cells.ts'
import { badArgument } from './monday-error.ts'
import type { Points } from './queries.ts'
import { boardShown, columnShown, itemShown, assetShown, updateShown } from './shown.ts'
import type { MondayState, Token } from './state.ts'
import { parseConfig, type Webhooks, webhookShown } from './webhooks.ts'
import { onBoard, type Writes } from './writes.ts'

export type Upload = { name: string; content: Buffer }
type Given = { state: MondayState; writes: Writes; webhooks: Webhooks; token: Token; points: Points }
type OnItem = { item_id?: string | null }
type Values = { column_values?: unknown; create_labels_if_missing?: boolean | null }

export function mutationRoot({ state, writes, webhooks, token, points }: Given): Record<string, unknown> {
  const { user } = token
  const onItem = <Result>(id: string | null | undefined, write: (item: ReturnType<typeof itemFor>) => Result) => {
    const item = itemFor(state, user, id)
    return onBoard(state, user, item.board.id, () => write(item))
  }
  const change = (boardId: string, id: string | null | undefined, values: Record<string, unknown>, makesLabels?: boolean | null) =>
    onItem(id, (item) => {
      if (item.board.id !== boardId) throw badArgument('The item is not on this board')
      writes.changeColumns(user, item, values, makesLabels === true)
      return itemShown(state, item)
    })

  return {
    complexity: points,
    create_item: ({ board_id, item_name, group_id, column_values, create_labels_if_missing }: CreateItem) =>
      onBoard(state, user, board_id, (board) => {
        const [values, makesLabels] = [parseSent(column_values), create_labels_if_missing === true]
        return itemShown(state, writes.createItem(user, board, { name: item_name, groupId: group_id ?? null, values, makesLabels }))
      }),
    create_subitem: ({ parent_item_id, item_name, column_values }: Values & { parent_item_id: string; item_name: string }) =>
      onItem(parent_item_id, ({ id, board, groupId }) => {
        const values = parseSent(column_values)
        return itemShown(state, writes.createItem(user, board, { name: item_name, groupId, values, parentId: id }))
      }),
    change_multiple_column_values: ({
      board_id,
      item_id,
      column_values,
      create_labels_if_missing,
    }: OnItem & Values & { board_id: string }) => change(board_id, item_id, parseSent(column_values), create_labels_if_missing),
    change_column_value: ({ board_id, item_id, column_id, value, create_labels_if_missing }: ChangeOne & { value: unknown }) => {
      if (typeof value !== 'string') throw badArgument('value must be a JSON string')
      return change(board_id, item_id, { [column_id]: jsonOf(value) }, create_labels_if_missing)
    },
    change_simple_column_value: ({ board_id, item_id, column_id, value, create_labels_if_missing }: ChangeOne & { value?: string }) => {
      const { board } = itemFor(state, user, item_id)
      const { type } = column_id === 'name' ? { type: 'text' } : columnFor(board, column_id)
      return change(board_id, item_id, { [column_id]: simpleValue(type, value ?? '') }, create_labels_if_missing)
    },
    create_board: ({ board_name, board_kind }: { board_name: string; board_kind: 'public' | 'private' }) =>
      boardShown(state, writes.createBoard(user, { name: board_name, kind: board_kind }), user),
    create_group: ({ board_id, group_name }: { board_id: string; group_name: string }) =>
      onBoard(state, user, board_id, (board) => ({ ...writes.createGroup(board, group_name), position: '65536', archived: false })),
    create_column: ({
      board_id,
      id,
      title,
      column_type,
    }: {
      board_id: string
      id?: string
      title: string
      column_type: NewColumn['type']
    }) =>
      onBoard(state, user, board_id, (board) =>
        columnShown(writes.createColumn(user, board, { title, type: column_type, ...(id === undefined ? {} : { id }) })),
      ),
    delete_column: ({ board_id, column_id }: { board_id: string; column_id: string }) =>
      onBoard(state, user, board_id, (board) => {
        const column = columnFor(board, column_id)
        column.isDeleted = true
        return columnShown(column)
      }),
    move_item_to_group: ({ item_id, group_id }: OnItem & { group_id: string }) =>
      onItem(item_id, (item) => {
        writes.move(user, item, groupFor(item.board, group_id))
        return itemShown(state, item)
      }),
    archive_item: ({ item_id }: OnItem) =>
      onItem(item_id, (item) => {
        writes.end(user, item, 'archived')
        return itemShown(state, item)
      }),
    delete_item: ({ item_id }: OnItem) =>
      onItem(item_id, (item) => {
        writes.end(user, item, 'deleted')
        return itemShown(state, item)
      }),
    create_update: ({ item_id, parent_id, body }: OnItem & { parent_id?: string | null; body: string }) => {
      if (typeof parent_id === 'string') {
        const parent = updateFor(state, user, parent_id)
        return onItem(parent.item.id, (item) => updateShown(state, writes.createUpdate(user, item, body, parent.id)))
      }
      return onItem(item_id, (item) => updateShown(state, writes.createUpdate(user, item, body)))
    },
    edit_update: ({ id, body }: { id: string; body: string }) => {
      const update = updateFor(state, user, id)
      writes.editUpdate(user, update, body)
      return updateShown(state, update)
    },
    delete_update: ({ id }: { id: string }) => {
      const update = updateFor(state, user, id)
      const shown = updateShown(state, update)
      writes.deleteUpdate(user, update)
      return shown
    },
    add_file_to_update: ({ update_id, file }: { update_id: string; file: Upload }) => {
      const update = updateFor(state, user, update_id)
      const added = writes.addFile(user, file.name, file.content)
      update.files.push(added)
      return assetShown(state, added)
    },
    add_file_to_column: ({ item_id, column_id, file }: OnItem & { column_id: string; file: Upload }) => {
      const item = itemFor(state, user, item_id)
      const column = columnFor(item.board, column_id)
      if (column.type !== 'file') throw badArgument('The column takes no files')
      const added = writes.addFile(user, file.name, file.content)
      const before = item.cells[column.id]
      const files = typeof before === 'object' && before !== null && 'files' in before && Array.isArray(before.files) ? before.files : []
      item.cells = { ...item.cells, [column.id]: { files: [...files, added] } }
      return assetShown(state, added)
    },
    create_webhook: async ({ board_id, url, event, config }: { board_id: string; url: string; event: string; config?: unknown }) =>
      webhookShown(await webhooks.create(token, { boardId: board_id, url, event, config: parseConfig(config) })),
    delete_webhook: ({ id }: { id: string }) => webhookShown(webhooks.remove(token, id)),
  }
}

type CreateItem = Values & { board_id: string; item_name: string; group_id?: string | null }
type ChangeOne = OnItem & { board_id: string; column_id: string; create_labels_if_missing?: boolean | null }

/** As simple strings are read: of a status its label, of all else what they say. */
function simpleValue(type: string, value: string): unknown {
  if (value === '') return null
  const [first = '', ...rest] = value.split(' ')
  switch (type) {
    case 'status':
      return { label: value }
    case 'dropdown':
      return { labels: value.split(',').map((label) => label.trim()) }
    case 'date':
      return { date: value }
    case 'email':
      return { email: first, text: rest.join(' ') || first }
    case 'link':
      return { url: first, text: rest.join(' ') || first }
    case 'long_text':
      return { text: value }
    case 'checkbox':
      return value === 'true' ? { checked: 'true' } : null
    default:
      return value
  }
}
