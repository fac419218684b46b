// Pages of items behind cursors, and the search by column values. A cursor holds for an hour after the first page.
import { type Item, type Board, columnFor } from './board.ts'
import { isFoundBy, isSearchable } from './cells.ts'
import { badArgument, MondayError } from './monday-error.ts'
import type { MondayState } from './state.ts'
import { itemsOn } from './writes.ts'

const cursorLifeMs = 3_600_000
const mostItems = 500

export function pageOf(state: MondayState, items: readonly Item[], limit: number, cursor?: string | null) {
  if (limit < 1 || limit > mostItems) throw badArgument(`limit must be between 1 and ${mostItems}`)
  const known = cursor === undefined || cursor === null ? undefined : state.cursors.get(cursor)
  if (typeof cursor === 'string' && (known === undefined || known.until <= state.now()))
    throw new MondayError('CursorException', 'The cursor provided for pagination has expired. Please refresh the query')
  const ids = known?.items ?? items.map(({ id }) => id)
  const [here, rest] = [ids.slice(0, limit), ids.slice(limit)]
  const until = known?.until ?? state.now() + cursorLifeMs
  const next = rest.length === 0 ? null : `MSw${state.nextId()}`
  if (next !== null) state.cursors.set(next, { items: rest, until })
  return { cursor: next, items: here.flatMap((id) => state.items.get(id) ?? []).filter((item) => item.state === 'active') }
}

type Query = { column_id: string; column_values: (string | null)[] }

/** Several columns must all fit, of several values of one any. It sees an item as it was when it was indexed last. */
export function itemsByColumnValues(state: MondayState, board: Board, queries: readonly Query[]): Item[] {
  const asked = queries.map(({ column_id: id, column_values: values }) => {
    const column = columnFor(board, id)
    if (!isSearchable(column)) throw badArgument(`Column type ${column.type} is not supported for this query`)
    if (['date', 'dropdown'].includes(column.type) && values.length > 1) throw badArgument(`Column type ${column.type} takes one value`)
    return { column, values }
  })
  return itemsOn(state, board).filter((item) => {
    const indexed = item.found.findLast(({ from }) => from <= state.now())
    return indexed !== undefined && asked.every(({ column, values }) => isFoundBy(column, indexed.cells[column.id], values))
  })
}
