// Values for the columns of a board, as they are sent to the API or as a recipe rendered them.
import type { BoardColumn } from '../../contract/board.ts'
import { type ColumnValue, fromText, validate, type ValueOrIssue } from '../../recipes/column.ts'
import type { Fault } from '../problem.ts'

export type Cells = Record<string, ColumnValue>

/** Faults point into `/columns`; code `unknown-column` where there is no such column. */
export function cellsFromValues(columns: readonly BoardColumn[], values: Readonly<Record<string, unknown>>) {
  return collect(columns, values, ({ type, labels }, value) => validate(type, value, labels))
}

export function cellsFromTexts(columns: readonly BoardColumn[], texts: Readonly<Record<string, string>>) {
  return collect(columns, texts, ({ type, labels }, text) => fromText(type, text, labels))
}

/** Values of columns that are gone stay in the row and are not shown. */
export function cellsShown(columns: readonly BoardColumn[], stored: Record<string, unknown>): Cells {
  const shown = columns.map(({ id, type, labels }) => [id, kept(validate(type, stored[id] ?? null, labels), stored[id])] as const)
  return Object.fromEntries(shown.filter(([, value]) => value !== null))
}

type Collected = { cells: Cells; faults: Fault[] }

function collect<Given>(
  columns: readonly BoardColumn[],
  given: Readonly<Record<string, Given>>,
  read: (column: BoardColumn, value: Given) => ValueOrIssue,
): Collected {
  const collected: Collected = { cells: {}, faults: [] }
  const byId = new Map(columns.map((column) => [column.id, column]))
  for (const [id, value] of Object.entries(given)) {
    const column = byId.get(id)
    const pointer = `/columns/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const result = column === undefined ? undefined : read(column, value)
    if (result === undefined) collected.faults.push({ pointer, detail: 'The board has no such column.', code: 'unknown-column' })
    else if ('issue' in result) collected.faults.push({ pointer, detail: result.issue, code: 'not-valid' })
    else collected.cells[id] = result.value
  }
  return collected
}

/** A label that was renamed since stays readable in the items that carry it. */
function kept(checked: ValueOrIssue, stored: unknown): ColumnValue {
  if ('value' in checked) return checked.value
  return typeof stored === 'string' || typeof stored === 'number' || typeof stored === 'boolean' || isTexts(stored) ? stored : null
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === 'string')
