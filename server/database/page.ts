// Lists go newest first and are read page by page. A cursor holds the place of the last row, not a count, so that rows
// which come or go meanwhile neither hide nor repeat another. It keeps the database's own microseconds as text. A page ends
// at a number of rows or of bytes, whichever comes first: rows are measured in the database, and those that do not fit stay there.
import { type AliasedExpression, type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { Problem } from '../problem.ts'
import { withinBytes } from './within-bytes.ts'

export type PageAsked = { cursor?: string | undefined; limit?: number | undefined }

type Placed = { id: string; placed_at: string }

export const usualLimit = 50

export const pageBytes = 4 * 1024 * 1024

/** What an entry says beside its row, such as its address, has room in the rest. */
const rowBytes = 4_000_000
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

type Listed<Key extends string> = {
  table: string
  /** Together with the id it orders the rows, newest first. */
  at: string
  /** Columns that find one row by an index. */
  key: readonly Key[]
  where: Expression<SqlBool>
  /** Bytes that an entry holds beside the row, which is called `kept`. */
  more?: Expression<number>
}

type OnPage<Key extends string> = Record<Key, string> & { id: string; placed_at: string; place: number; has_more: boolean }

/** The rows of a page, to be joined by their key and ordered by `place`. The first one is always among them. */
export function onPage<Key extends string>(asked: PageAsked, { table, at, key, where, more }: Listed<Key>) {
  const limit = limitOf(asked)
  const columns = sql.join([...new Set(['id', at, ...key])].map((column) => sql.ref(column)))
  const newestFirst = sql`order by ${sql.ref(at)} desc, id desc`
  const isSame = key.map((column) => sql`kept.${sql.ref(column)} = candidate.${sql.ref(column)}`)
  const rows = withinBytes({
    candidates: sql`
      select ${columns} from ${sql.table(table)} where ${where} and ${afterCursor(asked, at, 'id')} ${newestFirst} limit ${limit + 1}`,
    order: newestFirst,
    content: sql`
      select octet_length(to_json(kept)::text) + ${more ?? sql.lit(0)} as bytes
      from ${sql.table(table)} kept where ${sql.join(isSame, sql` and `)}`,
    mostBytes: rowBytes,
  })
  const page: RawBuilder<OnPage<Key>> = sql`(${rows}
    select ${columns}, ${placedAt(at)} as placed_at, place, (select count(*) from candidate) > count(*) over () as has_more
    from fitting where place <= ${limit})`
  return page.as('on_page') satisfies AliasedExpression<OnPage<Key>, 'on_page'>
}

/** What onPage has found, and the cursor of what follows. */
export function pageFrom<Row extends Placed & { has_more: boolean }, Entry>(rows: readonly Row[], entryFrom: (row: Row) => Entry) {
  const last = rows.at(-1)
  return { items: rows.map(entryFrom), next: last?.has_more === true ? cursorAfter(last) : null }
}

/** Of `limit + 1` rows the page, and the cursor of the next where there is one. */
export function pageOf<Row extends Placed, Entry>(rows: readonly Row[], asked: PageAsked, entryFrom: (row: Row) => Entry) {
  const shown = rows.slice(0, limitOf(asked))
  const last = shown.at(-1)
  return { items: shown.map(entryFrom), next: rows.length > shown.length && last ? cursorAfter(last) : null }
}

const cursorAfter = ({ placed_at, id }: Placed) => Buffer.from(JSON.stringify([placed_at, id])).toString('base64url')

function readCursor(cursor: string): [string, string] {
  const bytes = Buffer.from(cursor, 'base64url')
  // Buffer passes over what is no base64url: then it is not what a list gave.
  const isWhole = bytes.toString('base64url') === cursor
  try {
    return placeShape.parse(isWhole ? JSON.parse(bytes.toString()) : undefined)
  } catch (error) {
    throw new Problem(
      'invalid-request',
      'The cursor is not from this list.',
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
