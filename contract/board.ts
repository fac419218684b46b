import { z } from 'zod'
import { columnTypeNames } from '../recipes/column.ts'
import { boardLimits } from './limits.ts'
import { pageQuery } from './page.ts'

const title = z.string().trim().min(1).max(boardLimits.title)
const partId = z.string().regex(/^[a-z0-9_-]{1,40}$/i, 'an id of letters, digits, _ and -')

const group = z.object({ id: z.string(), title: z.string() })
const column = z.object({ id: z.string(), title: z.string(), type: z.enum(columnTypeNames), labels: z.array(z.string()).optional() })

export const board = z
  .object({
    id: z.string(),
    target: z.enum(['built-in', 'monday']),
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
})

export const newBoard = z.strictObject({
  name: title,
  visibility: z.enum(['private', 'tenant']).optional(),
  groups: z.array(groupInput).min(1).max(boardLimits.groups).optional(),
  columns: z.array(columnInput).max(boardLimits.columns).optional(),
})

export const boardChange = newBoard.partial()

export const boardQuery = z.object({
  target: z.enum(['built-in', 'monday']).optional(),
  ...pageQuery,
})
