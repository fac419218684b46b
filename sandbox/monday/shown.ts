// Boards, items and updates as GraphQL shows them: plain objects, whose fields with arguments are functions.
import { type Activity, type Board, type Column, type File, type Group, type Item, maySee, type Update } from './board.ts'
import { valueShown } from './cells.ts'
import { badArgument } from './monday-error.ts'
import { pageOf } from './pages.ts'
import type { Account, MondayState, User } from './state.ts'
import { itemsOn } from './writes.ts'

type Paged = { limit: number; page: number }
type Shown = Record<string, unknown>

export const iso = (at: number) => new Date(at).toISOString()

export const accountShown = ({ id, name, slug, tier }: Account): Shown => {
  const plan = { max_users: 25, period: 'monthly', tier, version: 19 }
  return { id, name, slug, tier, plan }
}

export const userShown = ({ id, name, email, account }: User): Shown => {
  const url = `https://${account.slug}.monday.com/users/${id}`
  return { id, name, email, kind: 'member', url, account: accountShown(account) }
}

const groupShown = (state: MondayState, board: Board, group: Group): Shown => {
  const of = () => itemsOn(state, board).filter(({ groupId }) => groupId === group.id)
  return {
    id: group.id,
    title: group.title,
    color: group.color,
    position: String(65_536 * (board.groups.indexOf(group) + 1)),
    archived: group.state === 'archived',
    deleted: group.state === 'deleted',
    items_page: ({ limit, cursor }: { limit: number; cursor?: string }) => itemsPage(state, of(), limit, cursor),
  }
}

export function columnShown({ id, title, type, description, labels, isDeleted }: Column): Shown {
  const settings = type === 'status' ? { labels } : type === 'dropdown' ? { labels: labels.map(({ id, label, is_deactivated }) => ({ id, label, is_deactivated })) } : {} // prettier-ignore
  return { id, title, type, description, archived: isDeleted, settings }
}

export function boardShown(state: MondayState, board: Board, user: User): Shown {
  const groups = board.groups.filter((group) => group.state !== 'deleted')
  const { account } = user
  return {
    id: board.id,
    name: board.name,
    description: null,
    state: board.state,
    board_kind: board.kind,
    type: 'board',
    workspace_id: null,
    permissions: 'everyone',
    url: `${state.base}/boards/${board.id}`,
    creator: userShown(board.creator),
    created_at: iso(board.createdAt),
    updated_at: iso(board.activity[0]?.at ?? board.createdAt),
    items_count: itemsOn(state, board).length,
    items_limit: board.itemsLimit,
    columns: ({ ids, types }: { ids?: string[]; types?: string[] }) =>
      board.columns
        .filter(({ id, type, isDeleted }) => !isDeleted && (ids?.includes(id) ?? true) && (types?.includes(type) ?? true))
        .map(columnShown),
    groups: ({ ids }: { ids?: string[] }) =>
      groups.filter(({ id }) => ids?.includes(id) ?? true).map((group) => groupShown(state, board, group)),
    top_group: () => groups.slice(0, 1).map((group) => groupShown(state, board, group))[0],
    items_page: ({ limit, cursor }: { limit: number; cursor?: string }) => itemsPage(state, itemsOn(state, board), limit, cursor),
    activity_logs: (asked: ActivityAsked) => activityShown(board, account, asked),
    updates: ({ limit, page, from_date: from, to_date: to }: Paged & { from_date?: string; to_date?: string }) => {
      const of = [...state.updates.values()].filter(
        ({ item, replyTo }) => item.board === board && item.state === 'active' && replyTo === null,
      )
      const within = of.filter(({ createdAt }) => isWithin(createdAt, from, to))
      return onPage(newestFirst(within), { limit, page }).map((update) => updateShown(state, update))
    },
  }
}

type ActivityAsked = Paged & { from?: string; to?: string; item_ids?: string[]; column_ids?: string[]; user_ids?: string[] }

function activityShown(board: Board, { id: account_id }: Account, asked: ActivityAsked): Shown[] {
  const fits = ({ at, itemId, userId, data }: Activity) =>
    isWithin(at, asked.from, asked.to) &&
    (asked.item_ids?.includes(itemId ?? '') ?? true) &&
    (asked.user_ids?.includes(userId) ?? true) &&
    (asked.column_ids?.includes(String(Object(data)['column_id'])) ?? true)
  return onPage(board.activity.filter(fits), asked).map(({ id, at, event, entity, userId, data }) => {
    // In steps of 100 nanoseconds.
    const created_at = `${at}0000`
    return { id, account_id, created_at, event, entity, user_id: userId, data: JSON.stringify(data) }
  })
}

export function itemShown(state: MondayState, item: Item): Shown {
  const { board } = item
  const group = board.groups.find(({ id }) => id === item.groupId)
  const columns = board.columns.filter(({ isDeleted, type }) => !isDeleted && type !== 'name')
  const { slug } = item.creator.account
  return {
    id: item.id,
    name: item.name,
    state: item.state,
    created_at: iso(item.createdAt),
    updated_at: iso(item.updatedAt),
    creator: userShown(item.creator),
    creator_id: item.creator.id,
    email: `pulse-${item.id}@${slug}.monday.com`,
    url: `${state.base}/boards/${board.id}/pulses/${item.id}`,
    relative_link: `/boards/${board.id}/pulses/${item.id}`,
    board: () => boardShown(state, board, item.creator),
    group: group && (() => groupShown(state, board, group)),
    column_values: ({ ids, types }: { ids?: string[]; types?: string[] }) =>
      columns
        .filter(({ id, type }) => (ids?.includes(id) ?? true) && (types?.includes(type) ?? true))
        .map((column) => ({ ...valueShown(state, item, column), ...filesOf(state, item, column), column: columnShown(column) })),
    updates: ({ limit, page, ids }: Paged & { ids?: string[] }) =>
      onPage(newestFirst(updatesOf(state, item).filter(({ id }) => ids?.includes(id) ?? true)), { limit, page }, 100).map((update) =>
        updateShown(state, update),
      ),
    assets: () => updatesOf(state, item).flatMap(({ files }) => files.map((file) => assetShown(state, file))),
    parent_item: () => (item.parentId === null ? null : parentOf(state, item.parentId)),
    subitems: () => [...state.items.values()].filter(({ parentId }) => parentId === item.id).map((each) => itemShown(state, each)),
  }
}

const parentOf = (state: MondayState, id: string) => {
  const parent = state.items.get(id)
  return parent === undefined ? null : itemShown(state, parent)
}

const filesOf = (state: MondayState, { cells }: Item, { id, type }: Column): Shown => {
  if (type !== 'file') return {}
  const cell = cells[id]
  const files: File[] = typeof cell === 'object' && cell !== null && 'files' in cell && Array.isArray(cell.files) ? cell.files : []
  const shown = files.map((file) => ({ __typename: 'FileAssetValue', asset_id: file.id, name: file.name, asset: assetShown(state, file) }))
  return { files: shown, text: files.map((file) => assetShown(state, file)['url']).join(', ') }
}

export const updatesOf = (state: MondayState, item: Item): Update[] =>
  [...state.updates.values()].filter((update) => update.item === item && update.replyTo === null)

export function updateShown(state: MondayState, update: Update): Shown {
  const { id, item, body, creator, createdAt, editedAt, files } = update
  const replies = [...state.updates.values()].filter(({ replyTo }) => replyTo === id)
  return {
    id,
    body,
    text_body: plainText(body),
    creator: userShown(creator),
    creator_id: creator.id,
    created_at: iso(createdAt),
    edited_at: iso(editedAt),
    updated_at: iso(editedAt),
    item_id: item.id,
    item: () => itemShown(state, item),
    replies: () => replies.map((reply) => updateShown(state, reply)),
    assets: () => files.map((file) => assetShown(state, file)),
  }
}

export function assetShown(state: MondayState, { id, name, size, at, by }: File): Shown {
  const address = `${state.base}/files/${id}/${encodeURIComponent(name)}`
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.')) : ''
  return { id, name, file_size: size, file_extension: extension, url: address, public_url: address, created_at: iso(at), uploaded_by: userShown(by) } // prettier-ignore
}

const plainText = (html: string) =>
  html
    .replaceAll(/<\/(p|li|div|blockquote)>|<br\s*\/?>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim()

export const itemsPage = (state: MondayState, items: Item[], limit: number, cursor?: string | null) => {
  const page = pageOf(state, items, limit, cursor)
  return { cursor: page.cursor, items: page.items.map((item) => itemShown(state, item)) }
}

export const visibleBoards = (state: MondayState, user: User): Board[] =>
  [...state.boards.values()].filter((board) => maySee(board, user)).toReversed()

export function onPage<Entry>(entries: readonly Entry[], { limit, page }: Paged, most = 10_000): Entry[] {
  if (limit < 1 || limit > most) throw badArgument(`limit must be between 1 and ${most}`)
  return entries.slice((page - 1) * limit, page * limit)
}

const newestFirst = (updates: readonly Update[]) => updates.toSorted((one, other) => Number(other.id) - Number(one.id))

const isWithin = (at: number, from?: string, to?: string) =>
  (from === undefined || at >= Date.parse(from)) && (to === undefined || at <= Date.parse(to))
