// An item that an action creates: always, or where it finds none.
import { z } from 'zod'
import { boardKind } from '../board-kind.ts'
import type { BoardUse } from '../board-use.ts'
import { renderLimits } from '../limits.ts'
import { boardRef, id, template } from '../shape.ts'
import { columnPlaces, columns, columnTemplates, planColumns, plannedColumns } from './columns.ts'
import type { PlacedTemplate, PlannedHtml, WithHtml, Writer } from './writing.ts'

export const attachments = z.enum(['none', 'files']).optional()

export const newItem = {
  board: boardRef,
  group: id.optional(),
  name: template,
  columns: columns.optional(),
  update: template.optional(),
  attachments,
}

export type NewItem = z.infer<z.ZodObject<typeof newItem>>

export const plannedBoard = z.object({ target: boardKind, id: z.string() })
export const plannedAttachments = z.enum(['none', 'files'])

export const plannedItem = (html: z.ZodType<PlannedHtml>) => ({
  board: plannedBoard,
  group: z.string().exactOptional(),
  /** One line, 1 to 255 characters. */
  name: z.string(),
  ...plannedColumns,
  update: html.exactOptional(),
  attachments: plannedAttachments,
})

export type PlannedItem<Html = PlannedHtml> = WithHtml<z.infer<z.ZodObject<ReturnType<typeof plannedItem>>>, Html>

const nameless = '(no subject)'

export function itemTemplates(item: NewItem, base = ''): PlacedTemplate[] {
  const update = item.update === undefined ? [] : [{ pointer: `${base}/update`, template: item.update, isHtml: true as const }]
  return [{ pointer: `${base}/name`, template: item.name }, ...columnTemplates(item.columns ?? {}, base), ...update]
}

export const itemUse = (item: NewItem, base = ''): BoardUse => ({
  board: item.board,
  pointer: `${base}/board`,
  groups: item.group === undefined ? [] : [{ id: item.group, pointer: `${base}/group` }],
  columns: columnPlaces(item.columns ?? {}, base),
})

/** Where it says that files go along. */
export const filesAt = (item: { attachments?: 'none' | 'files' | undefined }, base = ''): string[] =>
  item.attachments === 'files' ? [`${base}/attachments`] : []

export function planItem(item: NewItem, writer: Writer): PlannedItem {
  const name = writer.line(item.name, 'name', renderLimits.name)
  return {
    board: item.board,
    ...(item.group === undefined ? {} : { group: item.group }),
    name: name === '' ? nameless : name,
    ...planColumns(item.columns ?? {}, writer),
    ...(item.update === undefined ? {} : { update: writer.html(item.update, 'update') }),
    attachments: item.attachments ?? 'none',
  }
}
