import { z } from 'zod'
import { leftOut as leftOutPart } from '../recipes/left-out.ts'
import { itemLimits } from './limits.ts'

const columnValue = z.union([
  z.null(),
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  z.object({ email: z.string(), text: z.string() }),
  z.object({ url: z.string(), text: z.string() }),
])

export type ColumnValue = z.infer<typeof columnValue>

/** What was not written, and why, in words; `part` is `columns.` and the column's ID, `name`, `update` or `body`. */
export const leftOut = leftOutPart.extend({ detail: z.string() }).meta({ id: 'LeftOut' })

export const item = z
  .object({
    id: z.string(),
    boardId: z.string(),
    groupId: z.string(),
    name: z.string(),
    columns: z.record(z.string(), columnValue),
    url: z.string(),
    createdAt: z.iso.datetime(),
    /** What a recipe left out when it created the item, and no one has filled in since. */
    leftOut: z.array(leftOut),
    source: z.object({ messageId: z.string(), recipeId: z.string().nullable(), runId: z.string().nullable() }).nullable(),
    version: z.number(),
  })
  .meta({ id: 'Item' })

export type Item = z.infer<typeof item>

/** Values are checked against the board's columns; here only their JSON form is checked. */
export const newItem = z.strictObject({
  name: z.string().trim().min(1).max(itemLimits.name),
  groupId: z.string().max(100).optional(),
  columns: z
    .record(z.string().max(itemLimits.columnId), z.unknown())
    .refine((columns) => Object.keys(columns).length <= itemLimits.columns, `At most ${itemLimits.columns} columns are allowed.`)
    .optional(),
})

export const itemChange = newItem.partial()

const file = z.object({ id: z.string(), name: z.string(), size: z.number() })

export const update = z
  .object({
    id: z.string(),
    body: z.string(),
    text: z.string(),
    author: z.object({ id: z.string(), displayName: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    files: z.array(file),
  })
  .meta({ id: 'Update' })

export type Update = z.infer<typeof update>

export const newUpdate = z.strictObject({ body: z.string().min(1).max(itemLimits.update) })

export const ticket = z.object({ url: z.string() })
