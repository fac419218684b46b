// A cursor leaves the API with the mark of the list that gave it, and comes back to that list alone: the place that another
// list's cursor holds would be taken for one here, and show a page that begins somewhere else.
import { createHash } from 'node:crypto'
import { Problem } from '../problem.ts'

/** `list` is the path that was asked. Cursors of one list with other filters are places in the same order. */
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
