// How large an item may be. Every list, board and export carries items whole, so that what is bounded here bounds those.
import type { BoardColumn } from '../../contract/board.ts'
import { jsonText } from '../database/text.ts'
import type { Cells } from './cells.ts'

/** The JSON of its name and of all its columns, in UTF-8. */
export const largestItem = 256 * 1024

export const bytesOfItem = (name: string, columns: Readonly<Record<string, unknown>>): number => bytesOf({ name, columns })

const bytesOf = (value: unknown) => Buffer.byteLength(jsonText(value))

type Fitted = { cells: Cells; leftOut: string[]; cut: string[] }

/** Columns of these types hold text as it came: part of it is worth having. */
const mayBeCut: readonly string[] = ['text', 'long_text'] satisfies BoardColumn['type'][]

/** The smallest values first, so that one long text does not cost all others. A text that has no room is cut, another value left out. */
export function cellsThatFit(columns: readonly BoardColumn[], name: string, cells: Cells): Fitted {
  let room = largestItem - bytesOfItem(name, {})
  const fitted: Fitted = { cells: {}, leftOut: [], cut: [] }
  const sized = Object.entries(cells).map(([id, value]) => ({ id, value, bytes: bytesOf({ [id]: value }) }))
  for (const { id, value, bytes } of sized.toSorted((one, other) => one.bytes - other.bytes)) {
    const isText = mayBeCut.includes(columns.find((column) => column.id === id)?.type ?? '')
    const kept = bytes <= room ? value : isText && typeof value === 'string' ? headOf(value, room - bytesOf({ [id]: '' })) : ''
    if (kept === '') {
      fitted.leftOut.push(id)
      continue
    }
    if (kept !== value) fitted.cut.push(`columns.${id}`)
    fitted.cells[id] = kept
    room -= kept === value ? bytes : bytesOf({ [id]: kept })
  }
  return fitted
}

/** As much of the text as takes no more than so many bytes of JSON. */
function headOf(text: string, bytes: number): string {
  let [fits, tooLong] = [0, text.length]
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (bytesOf(text.slice(0, middle)) - bytesOf('') <= bytes) fits = middle
    else tooLong = middle
  }
  const head = text.slice(0, fits)
  return (head.isWellFormed() ? head : head.slice(0, -1)).trimEnd()
}
