// Lists go newest first and are read page by page. A cursor holds the place of the last row, not a count, so that rows
// which come or go meanwhile neither hide nor repeat another. It keeps the database's own microseconds as text.
import { type Expression, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '../problem.ts'

export type PageAsked = { cursor?: string | undefined; limit?: number | undefined }

type Placed = { id: string; placed_at: string }

export const usualLimit = 50
const placeShape = z.tuple([z.string().refine(isInstant), z.guid()])

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
  const bytes = Buffer.from(cursor, 'base64url')
  // Buffer passes over what is no base64url: then it is not what a list gave.
  const isWhole = bytes.toString('base64url') === cursor
  try {
    return placeShape.parse(isWhole ? JSON.parse(bytes.toString()) : undefined)
  } catch (error) {
    throw new Problem(
      'invalid-request',
      'The cursor is not one that this list gave.',
      { errors: [{ pointer: '/cursor', detail: 'unknown', code: 'unknown' }] },
      error,
    )
  }
}

const instantShape = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d{1,6})?[+-](\d\d)(?::[0-5]\d){0,2}$/

/** As PostgreSQL prints a timestamptz. One that it could not read would be a fault of ours to it. */
function isInstant(text: string): boolean {
  const [, ...digits] = instantShape.exec(text) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0] = digits.map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return digits.length > 0 && year >= 1900 && isDay && hour < 24 && minute < 60 && second < 60 && offset <= 14
}
