import { z } from 'zod'
import { boardKind } from '../recipes/board-kind.ts'
import { columnTypeNames } from '../recipes/column.ts'
import { boardLimits } from './limits.ts'
import { cursorQuery, page, pageQuery } from './page.ts'

const title = z.string().trim().min(1).max(boardLimits.title)
const partId = z.string().regex(/^[a-z0-9_-]{1,40}$/i, 'Use letters, digits, _ and -.')

const group = z.object({ id: z.string(), title: z.string() })
const column = z.object({
  id: z.string(),
  title: z.string(),
  type: z.enum(columnTypeNames),
  labels: z.array(z.string()).optional(),
  /** How emails write the column's numbers: `de` reads `1.000` as a thousand. Without it, an ambiguous number is left out. */
  locale: z.string().optional(),
})

export const board = z
  .object({
    id: z.string(),
    target: boardKind,
    name: z.string(),
    visibility: z.enum(['private', 'tenant']),
    owner: z.object({ id: z.string(), displayName: z.string() }).nullable(),
    groups: z.array(group),
    columns: z.array(column),
    version: z.number(),
  })
  .meta({ id: 'Board' })

export type Board = z.infer<typeof board>
export type BoardColumn = z.infer<typeof column>

const groupInput = z.strictObject({ id: partId.optional(), title })
const columnInput = z.strictObject({
  id: partId.optional(),
  title,
  type: z.enum(columnTypeNames),
  labels: z.array(z.string().trim().min(1).max(boardLimits.label)).max(boardLimits.labels).optional(),
  locale: z.string().max(boardLimits.locale).refine(isLocale, 'Use a language tag such as de-CH.').optional(),
})

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0
  } catch {
    return false
  }
}

export const newBoard = z.strictObject({
  name: title,
  visibility: z.enum(['private', 'tenant']).optional(),
  groups: z.array(groupInput).min(1).max(boardLimits.groups).optional(),
  columns: z.array(columnInput).max(boardLimits.columns).optional(),
})

export const boardChange = newBoard.partial()

export const boardQuery = z.object({
  target: boardKind.optional(),
  ...pageQuery,
})

/** An administrator has changed another person's board, shared it with the organization, made it private, or deleted it. */
const visit = z
  .object({
    id: z.string(),
    boardId: z.string(),
    /** Its previous name. */
    boardName: z.string(),
    /** null: the administrator was erased since. */
    visitor: z.object({ id: z.string(), displayName: z.string() }).nullable(),
    what: z.enum(['changed', 'shared', 'made-private', 'deleted']),
    at: z.iso.datetime(),
  })
  .meta({ id: 'BoardVisit' })

export const boardVisitQuery = cursorQuery.extend({ board: z.string().max(100).optional() })

export const listBoardVisits = {
  method: 'get',
  path: '/api/board-visits',
  summary: 'What administrators did with the caller’s boards, including deleted ones, newest first',
  query: boardVisitQuery,
  status: 200,
  answer: page(visit),
} as const

export type BoardVisit = z.infer<typeof visit>
