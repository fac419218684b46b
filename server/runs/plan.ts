// What lies in actions.plan until the action has ended: the mapped values, and which files go along.
import { z } from 'zod'
import type { AttachmentSummary, Message } from '../../recipes/message.ts'
import type { PlannedAction, PlannedFind, PlannedItem } from '../../recipes/plan.ts'
import { isFileOfMail } from '../messages/attachments.ts'

export type Plan = { action: PlannedAction; files: AttachmentSummary[] }

export function planWithFiles(action: PlannedAction, message: Message): Plan {
  return { action, files: takesFiles(action) ? message.attachments.filter(isFileOfMail) : [] }
}

function takesFiles(action: PlannedAction): boolean {
  switch (action.kind) {
    case 'create-item':
      return action.attachments === 'files'
    case 'add-update':
      return action.attachments === 'files' || (action.otherwise !== 'skip' && action.otherwise.create.attachments === 'files')
    case 'set-columns':
      return false
    case 'send-mail':
      return action.files
  }
}

const board = z.object({ target: z.enum(['built-in', 'monday']), id: z.string() })
const texts = z.record(z.string(), z.string())
const html = z.object({ html: z.string() })
const attachments = z.enum(['none', 'files'])
const cut = z.array(z.string())

const find: z.ZodType<PlannedFind> = z.discriminatedUnion('by', [
  z.object({ by: z.literal('conversation'), conversationId: z.string() }),
  z.object({ by: z.literal('column'), column: z.string(), value: z.string() }),
])

const item = { board, group: z.string().exactOptional(), name: z.string(), columns: texts, update: html.exactOptional(), attachments }
const plannedItem: z.ZodType<PlannedItem> = z.object(item)

const plannedAction: z.ZodType<PlannedAction> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create-item'), ...item, cut }),
  z.object({
    kind: z.literal('add-update'),
    board,
    find,
    body: html,
    otherwise: z.union([z.literal('skip'), z.object({ create: plannedItem })]),
    attachments,
    cut,
  }),
  z.object({ kind: z.literal('set-columns'), board: board.exactOptional(), find, columns: texts, cut }),
  z.object({
    kind: z.literal('send-mail'),
    to: z.array(z.string()),
    cc: z.array(z.string()),
    subject: z.string(),
    body: html,
    inReply: z.boolean(),
    files: z.boolean(),
    cut,
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

/** The database's jsonb is a border: an earlier version may have written it. */
export const storedPlan: z.ZodType<Plan> = z.object({ action: plannedAction, files: z.array(attachment) })
