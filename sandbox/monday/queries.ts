// The fields at the root of a query.
import { boardFor, maySee } from './board.ts'
import { itemsByColumnValues } from './pages.ts'
import { badArgument } from './monday-error.ts'
import { spentBy, limitsFor } from './limits.ts'
import { accountShown, boardShown, itemShown, itemsPage, onPage, updateShown, userShown, visibleBoards } from './shown.ts'
import type { MondayState, Token } from './state.ts'
import { versions } from './versions.ts'
import { webhookShown } from './webhooks.ts'

type Paged = { limit: number; page: number }
export type Points = { before: number; query: number; after: number; reset_in_x_seconds: number }
type Search = { board_id: string; columns?: { column_id: string; column_values: (string | null)[] }[]; cursor?: string; limit: number }

const mostIds = 100

export function queryRoot(state: MondayState, token: Token, points: Points, version: string): Record<string, unknown> {
  const { user } = token
  return {
    me: userShown(user),
    account: accountShown(user.account),
    complexity: points,
    version: versions.find(({ value }) => value === version),
    versions,
    platform_api: () => {
      const total = limitsFor(state, token).day
      return { daily_limit: { base: total, total, left: total - spentBy(state, user.account.id).day.used } }
    },
    boards: ({ ids, state: wanted, limit, page }: Paged & { ids?: string[]; state: string }) => {
      const boards = visibleBoards(state, user).filter(
        (board) => (ids?.includes(board.id) ?? true) && (wanted === 'all' || board.state === wanted),
      )
      return onPage(boards, { limit, page }).map((board) => boardShown(state, board, user))
    },
    items: ({ ids, exclude_nonactive: excludes, limit, page }: Paged & { ids?: string[]; exclude_nonactive?: boolean }) => {
      if (ids !== undefined && ids.length > mostIds) throw badArgument(`At most ${mostIds} ids can be asked for`)
      const asked = ids?.flatMap((id) => state.items.get(id) ?? []) ?? [...state.items.values()].filter((item) => item.state === 'active')
      const seen = asked.filter((item) => maySee(item.board, user) && !(excludes === true && item.state !== 'active'))
      return onPage(seen, { limit, page }, mostIds).map((item) => itemShown(state, item))
    },
    items_page_by_column_values: ({ board_id: id, columns, cursor, limit }: Search) => {
      if ((columns === undefined) === (cursor === undefined)) throw badArgument('Either columns or cursor must be given')
      const board = boardFor(state, user, id)
      return itemsPage(state, columns === undefined ? [] : itemsByColumnValues(state, board, columns), limit, cursor)
    },
    next_items_page: ({ cursor, limit }: { cursor: string; limit: number }) => itemsPage(state, [], limit, cursor),
    updates: ({ ids, limit, page }: Paged & { ids?: string[] }) => {
      const seen = [...state.updates.values()].filter(({ item }) => item.state === 'active' && maySee(item.board, user))
      return onPage(seen.filter(({ id }) => ids?.includes(id) ?? true).toReversed(), { limit, page }, 100).map((update) => updateShown(state, update)) // prettier-ignore
    },
    users: ({ ids, emails, name, limit, page }: Paged & { ids?: string[]; emails?: string[]; name?: string }) => {
      const wanted = emails?.map((each) => each.toLowerCase())
      const all = [...state.users.values()].filter((each) => each.account === user.account)
      const fit = all.filter(
        (each) =>
          (ids?.includes(each.id) ?? true) &&
          (wanted?.includes(each.email.toLowerCase()) ?? true) &&
          (name === undefined || each.name.toLowerCase().includes(name.toLowerCase())),
      )
      return onPage(fit, { limit, page }).map(userShown)
    },
    webhooks: ({ board_id: id }: { board_id: string }) => {
      const board = boardFor(state, user, id)
      return [...state.webhooks.values()].filter((webhook) => webhook.board === board).map(webhookShown)
    },
    get_column_type_schema: ({ type }: { type: string }) => ({ type: 'object', title: type }),
  }
}
