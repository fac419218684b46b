// The plan of an action as the database holds it: jsonb is a border, and an earlier version may have written it.
import { z } from 'zod'
import { boardKind } from '../../recipes/board-kind.ts'
import { leftOutCodes } from '../../recipes/left-out.ts'
import type { AttachmentSummary } from '../../recipes/message.ts'
import type { PlannedFind } from '../../recipes/plan.ts'
import type { TemplateValue } from '../../recipes/template-value.ts'
import { unknownZone } from '../../recipes/zone.ts'
import type { Plan, ReadyAction, ReadyItem } from '../content/plan.ts'
import { type SafeBody, safeBody } from '../html/safe-html.ts'

const board = z.object({ target: boardKind, id: z.string() })
const texts = z.record(z.string(), z.string())
/** Earlier versions kept it as it came, and cleaned it when it was written. */
const body: z.ZodType<SafeBody> = z
  .object({ html: z.string(), text: z.string().exactOptional(), isCut: z.boolean().exactOptional() })
  .transform(({ html, text, isCut }) => (text === undefined || isCut === undefined ? safeBody(html) : { html, text, isCut }))
const attachments = z.enum(['none', 'files'])
const cut = z.array(z.string())

const value: z.ZodType<TemplateValue> = z.union([
  z.object({ one: z.string() }),
  z.object({ list: z.array(z.string()) }),
  z.object({ addresses: z.array(z.object({ name: z.string(), address: z.string() })) }),
])
const values = z.record(z.string(), value).exactOptional()
/** Earlier versions left nothing out before they wrote, and knew no zone but UTC. */
const planned = {
  cut,
  leftOut: z.array(z.object({ part: z.string(), title: z.string().exactOptional(), code: z.enum(leftOutCodes) })).default([]),
  timeZone: z.string().default(unknownZone),
}

const find: z.ZodType<PlannedFind> = z.discriminatedUnion('by', [
  z.object({ by: z.literal('conversation'), conversationId: z.string() }),
  z.object({ by: z.literal('column'), column: z.string(), value: z.string(), made: value.exactOptional() }),
])

const item = {
  board,
  group: z.string().exactOptional(),
  name: z.string(),
  columns: texts,
  values,
  update: body.exactOptional(),
  attachments,
}
const readyItem: z.ZodType<ReadyItem> = z.object(item)

const readyAction: z.ZodType<ReadyAction> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create-item'), ...item, ...planned }),
  z.object({
    kind: z.literal('add-update'),
    board,
    find,
    body,
    otherwise: z.union([z.literal('skip'), z.object({ create: readyItem })]),
    attachments,
    ...planned,
  }),
  z.object({ kind: z.literal('set-columns'), board: board.exactOptional(), find, columns: texts, values, ...planned }),
  z.object({
    kind: z.literal('send-mail'),
    to: z.array(z.string()),
    cc: z.array(z.string()),
    subject: z.string(),
    body,
    inReply: z.boolean(),
    files: z.boolean(),
    ...planned,
  }),
])

const attachment: z.ZodType<AttachmentSummary> = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  size: z.number(),
  kind: z.enum(['file', 'item', 'reference']),
  isInline: z.boolean(),
})

export const storedPlan: z.ZodType<Plan> = z.object({ action: readyAction, files: z.array(attachment) })
