// Lists go newest first and are read page by page. A cursor holds the place of the last row, not a count, so that rows
// which come or go meanwhile neither hide nor repeat another. It keeps the database's own microseconds as text.
import { type Expression, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '../problem.ts'

export type PageAsked = { cursor?: string | undefined; limit?: number | undefined }

type Placed = { id: string; placed_at: string }

export const usualLimit = 50
const placeShape = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[\d.+:-]*$/), z.guid()])

export const limitOf = ({ limit = usualLimit }: PageAsked): number => limit

/** The column to select as `placed_at`. */
export const placedAt = (column: string) => sql<string>`${sql.ref(column)}::text`

/** Only rows after the cursor, in the order of `column desc, id desc`. */
export function afterCursor({ cursor }: PageAsked, column: string, id: string): Expression<SqlBool> {
  if (cursor === undefined) return sql<SqlBool>`true`
  const [at, lastId] = readCursor(cursor)
  return sql<SqlBool>`(${sql.ref(column)}, ${sql.ref(id)}) < (${at}::timestamptz, ${lastId}::uuid)`
}

/** Of `limit + 1` rows the page, and the cursor of the next where there is one. */
export function pageOf<Row extends Placed, Entry>(rows: readonly Row[], asked: PageAsked, entryFrom: (row: Row) => Entry) {
  const shown = rows.slice(0, limitOf(asked))
  const last = shown.at(-1)
  const next = rows.length > shown.length && last ? Buffer.from(JSON.stringify([last.placed_at, last.id])).toString('base64url') : null
  return { items: shown.map(entryFrom), next }
}

function readCursor(cursor: string): [string, string] {
  try {
    return placeShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (error) {
    throw new Problem(
      'invalid-request',
      'The cursor is not one that this list gave.',
      { errors: [{ pointer: '/cursor', detail: 'unknown' }] },
      error,
    )
  }
}
