// A cursor carries a mark of its list and is valid only for that list: the position in another list's cursor would also be
// readable here, and the page would begin in the wrong place.
import { createHash } from 'node:crypto'
import { Problem } from '../problem.ts'

/** `list` is the request's path. With other filters, cursors of the same list are positions in the same order. */
export function cursorGiven(list: string, cursor: string): string {
  const mark = markOf(list)
  if (!cursor.startsWith(mark)) throw strangeCursor()
  return cursor.slice(mark.length)
}

export const cursorShown = (list: string, cursor: string): string => markOf(list) + cursor

const markOf = (list: string) => `${createHash('sha256').update(list.toLowerCase()).digest('base64url').slice(0, 6)}.`

const strangeCursor = () =>
  new Problem('invalid-request', 'The cursor is not from this list.', {
    errors: [{ pointer: '/cursor', detail: 'unknown', code: 'unknown' }],
  })
