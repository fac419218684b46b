// The actions of a recipe on a message, exactly as they would be carried out: a run carries them out, a try shows them.
import { whyNoDate } from './date-text.ts'
import type { LeftOut } from './left-out.ts'
import { columnLimits } from './limits.ts'
import type { Message } from './message.ts'
import type { Action, BoardRef, Find, NewItem, RecipeBody } from './recipe.ts'
import { onlyName, onlyValue, renderTemplate } from './template.ts'
import { scopeOf, type MessageScope } from './template-names.ts'
import type { TemplateValue } from './template-value.ts'
import { unknownZone } from './zone.ts'

export type PlannedItem = {
  board: BoardRef
  group?: string
  /** One line, 1 to 255 characters. */
  name: string
  /** By column id: text, to be read by the column's type. */
  columns: Record<string, string>
  /** By column id: what the text was made of, where that is one value. */
  values?: Record<string, TemplateValue>
  /** Not yet cleaned: what the mail's HTML holds stands here as it came. */
  update?: { html: string }
  attachments: 'none' | 'files'
}
export type PlannedFind =
  { by: 'conversation'; conversationId: string } | { by: 'column'; column: string; value: string; made?: TemplateValue }

type Planned =
  | ({ kind: 'create-item' } & PlannedItem)
  | {
      kind: 'add-update'
      board: BoardRef
      find: PlannedFind
      body: { html: string }
      otherwise: 'skip' | { create: PlannedItem }
      attachments: 'none' | 'files'
    }
  | {
      kind: 'set-columns'
      board?: BoardRef
      find: PlannedFind
      columns: Record<string, string>
      values?: Record<string, TemplateValue>
    }
  | { kind: 'send-mail'; to: string[]; cc: string[]; subject: string; body: { html: string }; inReply: boolean; files: boolean }

/**
 * `cut` names what did not fit and was cut, for example `name`, `columns.amount` or `body`; `leftOut` what a filter could not read.
 * `timeZone`: where the reader of its dates is.
 */
export type PlannedAction = Planned & { cut: string[]; leftOut: LeftOut[]; timeZone: string }

export const renderLimits = { name: 255, column: 2000, html: 2_000_000, subject: 255, address: 320 } as const
const nameless = '(no subject)'

export function planActions(recipe: RecipeBody, message: Message): PlannedAction[] {
  return recipe.actions.map((action) => planAction(action, message))
}

export function planAction(action: Action, message: Message): PlannedAction {
  const writer: Writer = { scope: scopeOf(message), message, cut: new Set(message.cut), leftOut: new Map() }
  const planned = planOne(action, writer)
  return { ...planned, cut: [...writer.cut], leftOut: [...writer.leftOut.values()], timeZone: zoneOf(message) }
}

/** Of each part that was left out, the first reason. */
type Writer = { scope: MessageScope; message: Message; cut: Set<string>; leftOut: Map<string, LeftOut> }

const zoneOf = ({ owner: { timeZone = unknownZone } }: Message) => timeZone

function planOne(action: Action, writer: Writer): Planned {
  switch (action.kind) {
    case 'create-item':
      return { kind: 'create-item', ...planItem(action, writer) }
    case 'add-update':
      return {
        kind: 'add-update',
        board: action.board,
        find: planFind(action.find, writer),
        body: html(action.body, writer, 'body'),
        otherwise: action.otherwise === 'skip' ? 'skip' : { create: planItem(action.otherwise.create, writer) },
        attachments: action.attachments ?? 'none',
      }
    case 'set-columns':
      return {
        kind: 'set-columns',
        ...(action.board === undefined ? {} : { board: action.board }),
        find: planFind(action.find, writer),
        ...planColumns(action.columns, writer),
      }
    case 'send-mail':
      return {
        kind: 'send-mail',
        to: action.to.map((each) => line(each, writer, 'to', renderLimits.address)),
        cc: (action.cc ?? []).map((each) => line(each, writer, 'cc', renderLimits.address)),
        subject: line(action.subject, writer, 'subject', renderLimits.subject),
        body: html(action.body, writer, 'body'),
        inReply: action.inReply ?? false,
        files: action.files ?? false,
      }
  }
}

function planItem(item: NewItem, writer: Writer): PlannedItem {
  const name = line(item.name, writer, 'name', renderLimits.name)
  return {
    board: item.board,
    ...(item.group === undefined ? {} : { group: item.group }),
    name: name === '' ? nameless : name,
    ...planColumns(item.columns ?? {}, writer),
    ...(item.update === undefined ? {} : { update: html(item.update, writer, 'update') }),
    attachments: item.attachments ?? 'none',
  }
}

function planFind(find: Find, writer: Writer): PlannedFind {
  if (find.by === 'conversation') return { by: 'conversation', conversationId: writer.message.conversationId }
  const made = templateValue(find.value, writer.message, writer.scope)
  const value = text(find.value, writer, 'find', renderLimits.column).trim()
  return { by: 'column', column: find.column, value, ...(made === undefined ? {} : { made }) }
}

function planColumns(
  templates: Record<string, string>,
  writer: Writer,
): { columns: Record<string, string>; values?: Record<string, TemplateValue> } {
  const entries = Object.entries(templates)
  const columns = entries.map(([id, template]) => [id, text(template, writer, `columns.${id}`, renderLimits.column).trim()] as const)
  const values = entries.flatMap(([id, template]) => {
    const value = templateValue(template, writer.message, writer.scope)
    return value === undefined ? [] : [[id, value] as const]
  })
  return { columns: Object.fromEntries(columns), ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }) }
}

/** A template that is one output hands over the value, not its text: a name with a comma is one name. */
export function templateValue(template: string, message: Message, scope = scopeOf(message)): TemplateValue | undefined {
  const name = onlyName(template)
  if (name === 'message.to' || name === 'message.cc')
    return { addresses: message[name === 'message.to' ? 'to' : 'cc'].slice(0, columnLimits.list) }
  const value = onlyValue(template, scope, { timeZone: zoneOf(message) })
  if (Array.isArray(value)) return { list: value.slice(0, columnLimits.list).map((each) => String(each).slice(0, columnLimits.label + 1)) }
  return typeof value === 'string' && /[,;\n]/.test(value) && value.length <= renderLimits.column ? { one: value.trim() } : undefined
}

function html(template: string, writer: Writer, part: string): { html: string } {
  return { html: shorten(render(template, writer, part, 'html'), writer, part, renderLimits.html) }
}

function line(template: string, writer: Writer, part: string, limit: number): string {
  const rendered = render(template, writer, part, 'text')
  // C0, DEL and C1 are blanks to a single line too: a name never carries a line break into a list or a mail's header.
  return shorten(rendered.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim(), writer, part, limit)
}

function text(template: string, writer: Writer, part: string, limit: number): string {
  return shorten(render(template, writer, part, 'text'), writer, part, limit)
}

function render(template: string, { scope, message, cut, leftOut }: Writer, part: string, escape: 'text' | 'html'): string {
  return renderTemplate(template, scope, escape, {
    timeZone: zoneOf(message),
    onCut: () => cut.add(part),
    onUnread: (unread) => leftOut.has(part) || leftOut.set(part, { part, code: whyNoDate(unread) }),
  })
}

/** Never cuts a character in two: a lone half of a pair is no valid text to a database. */
function shorten(rendered: string, writer: Writer, part: string, limit: number): string {
  const whole = rendered.toWellFormed()
  if (whole.length <= limit) return whole
  writer.cut.add(part)
  const head = whole.slice(0, limit)
  return head.isWellFormed() ? head : head.slice(0, -1)
}
