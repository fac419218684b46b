// The shape of a recipe. It comes in by parse-recipe.ts alone.
import { z } from 'zod'
import { boardKind } from './board-kind.ts'
import { choices, fieldsOf, operatorsOf } from './condition.ts'
import { limits } from './limits.ts'
import { isTimeZone } from './zone.ts'

const id = z.string().min(1).max(200)
const template = z.string().max(limits.template)
const textValues = z.array(z.string().max(limits.value)).min(1).max(limits.values)

const boardRef = z.strictObject({ target: boardKind, id }).meta({ id: 'BoardRef' })

const trigger = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('mail-received') }),
    z.strictObject({ kind: z.literal('item-created'), board: boardRef }),
    z.strictObject({ kind: z.literal('column-changed'), board: boardRef, column: id, to: z.string().max(limits.value).optional() }),
    z.strictObject({ kind: z.literal('update-added'), board: boardRef }),
    z.strictObject({
      kind: z.literal('date-arrived'),
      board: boardRef,
      column: id,
      offsetDays: z.int().min(-3650).max(3650),
      at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Use a time of day such as 09:30.'),
      timeZone: z.string().max(100).refine(isTimeZone, 'Use an IANA time zone such as Europe/Paris.'),
    }),
  ])
  .meta({ id: 'Trigger' })

/** A text that says true or false, or a number, is taken as what it says. */
const flagValue = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())
const sizeValue = z.preprocess((value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value), z.number().min(0))

const condition = z
  .discriminatedUnion('field', [
    z.strictObject({ field: z.enum(fieldsOf.text), operator: z.enum(operatorsOf.text), values: textValues }),
    z.strictObject({ field: z.enum(fieldsOf.address), operator: z.enum(operatorsOf.address), values: textValues }),
    z.strictObject({
      field: z.literal('header'),
      name: z
        .string()
        .regex(/^[!-9;-~]{1,100}$/, 'Use a header name such as List-Id.')
        .optional(),
      operator: z.enum(operatorsOf.header),
      values: textValues,
    }),
    z.strictObject({
      field: z.literal('importance'),
      operator: z.enum(operatorsOf.choice),
      values: z.array(z.enum(choices.importance)).min(1).max(10),
    }),
    z.strictObject({
      field: z.literal('sensitivity'),
      operator: z.enum(operatorsOf.choice),
      values: z.array(z.enum(choices.sensitivity)).min(1).max(10),
    }),
    z.strictObject({ field: z.enum(fieldsOf.flag), operator: z.enum(operatorsOf.flag), values: z.array(flagValue).length(1) }),
    z.strictObject({ field: z.literal('size'), operator: z.enum(operatorsOf.size), values: z.array(sizeValue).length(1) }),
  ])
  .meta({ id: 'Condition' })

export type Condition = z.infer<typeof condition>
export type ConditionGroup = { all: ConditionNode[] } | { any: ConditionNode[] } | { none: ConditionNode[] }
export type ConditionNode = Condition | ConditionGroup

/** Written out level by level and not as a recursion: the depth is part of the schema, and no input can exhaust the stack. */
function groupAt(depth: number): z.ZodType<ConditionGroup> {
  const node: z.ZodType<ConditionNode> = depth === limits.depth ? condition : z.union([condition, groupAt(depth + 1)])
  const nodes = z.array(node).max(limits.nodes)
  return z
    .union([z.strictObject({ all: nodes }), z.strictObject({ any: nodes }), z.strictObject({ none: nodes })])
    .meta({ id: depth === 1 ? 'ConditionGroup' : `ConditionGroupAtDepth${depth}` })
}

const conditions = groupAt(1)
const attachments = z.enum(['none', 'files']).optional()
const columns = z
  .record(id, template)
  .refine((record) => Object.keys(record).length <= limits.columns, `At most ${limits.columns} columns are allowed.`)

const find = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('conversation') }),
  z.strictObject({ by: z.literal('column'), column: id, value: template }),
])

const newItem = {
  board: boardRef,
  group: id.optional(),
  name: template,
  columns: columns.optional(),
  update: template.optional(),
  attachments,
}
const createItem = z.strictObject({ kind: z.literal('create-item'), ...newItem })

const addUpdate = z.strictObject({
  kind: z.literal('add-update'),
  board: boardRef,
  body: template,
  find,
  otherwise: z.union([z.literal('skip'), z.strictObject({ create: z.strictObject(newItem) })]),
  attachments,
})

const setColumns = z.strictObject({ kind: z.literal('set-columns'), board: boardRef.optional(), find, columns })

const recipients = z.array(template).max(limits.recipients)

const sendMail = z.strictObject({
  kind: z.literal('send-mail'),
  to: recipients.min(1),
  cc: recipients.optional(),
  subject: template,
  body: template,
  inReply: z.literal(true).optional(),
  files: z.literal(true).optional(),
})

export const action = z.discriminatedUnion('kind', [createItem, addUpdate, setColumns, sendMail]).meta({ id: 'Action' })

export const recipeBody = z
  .strictObject({
    name: z.string().trim().min(1).max(limits.name),
    enabled: z.boolean(),
    trigger,
    conditions,
    actions: z.array(action).min(1).max(limits.actions),
  })
  .meta({ id: 'RecipeBody' })

export type RecipeBody = z.infer<typeof recipeBody>
export type Trigger = z.infer<typeof trigger>
export type Action = z.infer<typeof action>
export type CreateItem = z.infer<typeof createItem>
export type NewItem = Omit<CreateItem, 'kind'>
export type AddUpdate = z.infer<typeof addUpdate>
export type SendMail = z.infer<typeof sendMail>
export type Find = z.infer<typeof find>
export type BoardRef = z.infer<typeof boardRef>
