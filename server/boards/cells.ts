// Values for the columns of a board, as they are sent to the API or as a recipe rendered them.
import { createHash } from 'node:crypto'
import type { BoardColumn } from '../../contract/board.ts'
import { type ColumnValue, fromText, validate, type ValueOrIssue } from '../../recipes/column.ts'
import { findKey } from '../../recipes/find-key.ts'
import { pointerOf } from '../../recipes/issue.ts'
import type { LeftOut } from '../../recipes/left-out.ts'
import type { Fault } from '../problem.ts'
import type { Given } from './board-target.ts'

export type Cells = Record<string, ColumnValue>

/** Faults point into `/columns`; code `unknown-column` where there is no such column. */
export function cellsFromValues(columns: readonly BoardColumn[], values: Readonly<Record<string, unknown>>) {
  const collected: { cells: Cells; faults: Fault[] } = { cells: {}, faults: [] }
  const byId = new Map(columns.map((column) => [column.id, column]))
  for (const [id, value] of Object.entries(values)) {
    const column = byId.get(id)
    const pointer = pointerOf(['columns', id])
    const result = column && validate(column.type, value, column.labels)
    if (result === undefined) collected.faults.push({ pointer, detail: 'This board does not have this column.', code: 'unknown-column' })
    else if ('issue' in result) collected.faults.push({ pointer, detail: result.issue, code: 'not-valid' })
    else collected.cells[id] = result.value
  }
  return collected
}

/** `gone`: a column that the board does not have. */
export function cellsFromTexts(columns: readonly BoardColumn[], { columns: texts, values, timeZone }: Given) {
  const byId = new Map(columns.map((column) => [column.id, column]))
  const read: { cells: Cells; leftOut: LeftOut[]; gone?: string } = { cells: {}, leftOut: [] }
  for (const [id, text] of Object.entries(texts)) {
    const column = byId.get(id)
    if (column === undefined) {
      read.gone ??= id
      continue
    }
    const result = fromText(column.type, text, { labels: column.labels, locale: column.locale, timeZone, value: values?.[id] })
    if ('code' in result) read.leftOut.push({ part: `columns.${id}`, code: result.code })
    else read.cells[id] = result.value
  }
  return read
}

/** Values of columns that are gone stay in the row and are not shown. */
export function cellsShown(columns: readonly BoardColumn[], stored: Record<string, unknown>): Cells {
  const shown = columns.map(({ id, type, labels }) => [id, kept(validate(type, stored[id] ?? null, labels), stored[id])] as const)
  return Object.fromEntries(shown.filter(([, value]) => value !== null))
}

/** A hash for each value that compares otherwise than it is written: the database finds items by it. */
export function findKeysOf(columns: readonly BoardColumn[], cells: Readonly<Record<string, unknown>>): Record<string, string> {
  const keys = columns.flatMap(({ id, type, labels }) => {
    const checked = validate(type, cells[id] ?? null, labels)
    const key = findKey(type, kept(checked, cells[id]))
    return key === null ? [] : [[id, hashOf(key)] as const]
  })
  return Object.fromEntries(keys)
}

const hashOf = (key: string) => createHash('sha256').update(key).digest('base64url').slice(0, 22)

/** A label that was renamed since stays readable in the items that carry it. */
function kept(checked: ValueOrIssue, stored: unknown): ColumnValue {
  if ('value' in checked) return checked.value
  return typeof stored === 'string' || typeof stored === 'number' || typeof stored === 'boolean' || isTexts(stored) ? stored : null
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === 'string')
