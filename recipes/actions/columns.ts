// Columns that an action fills in.
import { z } from 'zod'
import type { BoardUse } from '../board-use.ts'
import { pointerOf } from '../issue.ts'
import { limits, renderLimits } from '../limits.ts'
import { id, template } from '../shape.ts'
import { templateValue } from '../template-value.ts'
import type { PlacedTemplate, Writer } from './writing.ts'

export const columns = z
  .record(id, template)
  .refine((record) => Object.keys(record).length <= limits.columns, `At most ${limits.columns} columns are allowed.`)

export type Columns = z.infer<typeof columns>

/** By column id: text, to be read by the column's type; and what the text was made of, if that is one value. */
export const plannedColumns = {
  columns: z.record(z.string(), z.string()),
  values: z.record(z.string(), templateValue).exactOptional(),
}

export type PlannedColumns = z.infer<z.ZodObject<typeof plannedColumns>>

export const columnTemplates = (filled: Columns, base: string): PlacedTemplate[] =>
  columnPlaces(filled, base).map(({ pointer, template: text }) => ({ pointer, template: text }))

export const columnPlaces = (filled: Columns, base: string): { id: string; pointer: string; template: string }[] =>
  Object.entries(filled).map(([key, text]) => ({
    id: key,
    pointer: `${base}/columns${pointerOf([key])}`,
    template: text,
  })) satisfies BoardUse['columns']

export function planColumns(filled: Columns, writer: Writer): PlannedColumns {
  const entries = Object.entries(filled)
  const texts = entries.map(([key, text]) => [key, writer.text(text, `columns.${key}`, renderLimits.column).trim()] as const)
  const values = entries.flatMap(([key, text]) => {
    const value = writer.value(text)
    return value === undefined ? [] : [[key, value] as const]
  })
  return { columns: Object.fromEntries(texts), ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }) }
}
