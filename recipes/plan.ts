// The actions of a recipe on a message, exactly as they would be carried out: a run carries them out, a try shows them.
import type { Message } from './message.ts'
import type { Action, BoardRef, Find, NewItem, RecipeBody } from './recipe.ts'
import { renderTemplate } from './template.ts'
import { scopeOf, type MessageScope } from './template-names.ts'

export type PlannedItem = {
  board: BoardRef
  group?: string
  /** One line, 1 to 255 characters. */
  name: string
  /** By column id: text, to be read by the column's type. */
  columns: Record<string, string>
  /** Not yet cleaned: what the mail's HTML holds stands here as it came. */
  update?: { html: string }
  attachments: 'none' | 'files'
}
export type PlannedFind = { by: 'conversation'; conversationId: string } | { by: 'column'; column: string; value: string }

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
  | { kind: 'set-columns'; board?: BoardRef; find: PlannedFind; columns: Record<string, string> }
  | { kind: 'send-mail'; to: string[]; cc: string[]; subject: string; body: { html: string }; inReply: boolean; files: boolean }

/** `cut` names what did not fit and was cut, for example `name`, `columns.amount` or `body`. */
export type PlannedAction = Planned & { cut: string[] }

export const renderLimits = { name: 255, column: 2000, html: 2_000_000, subject: 255, address: 320 } as const
const nameless = '(no subject)'

export function planActions(recipe: RecipeBody, message: Message): PlannedAction[] {
  return recipe.actions.map((action) => planAction(action, message))
}

export function planAction(action: Action, message: Message): PlannedAction {
  const writer: Writer = { scope: scopeOf(message), conversationId: message.conversationId, cut: [...message.cut] }
  const planned = planOne(action, writer)
  return { ...planned, cut: [...new Set(writer.cut)] }
}

type Writer = { scope: MessageScope; conversationId: string; cut: string[] }

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
        columns: planColumns(action.columns, writer),
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
    columns: planColumns(item.columns ?? {}, writer),
    ...(item.update === undefined ? {} : { update: html(item.update, writer, 'update') }),
    attachments: item.attachments ?? 'none',
  }
}

function planFind(find: Find, writer: Writer): PlannedFind {
  if (find.by === 'conversation') return { by: 'conversation', conversationId: writer.conversationId }
  return { by: 'column', column: find.column, value: text(find.value, writer, 'find', renderLimits.column).trim() }
}

function planColumns(columns: Record<string, string>, writer: Writer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns).map(([id, template]) => [id, text(template, writer, `columns.${id}`, renderLimits.column).trim()]),
  )
}

function html(template: string, writer: Writer, part: string): { html: string } {
  return {
    html: shorten(
      renderTemplate(template, writer.scope, 'html', () => writer.cut.push(part)),
      writer,
      part,
      renderLimits.html,
    ),
  }
}

function line(template: string, writer: Writer, part: string, limit: number): string {
  const rendered = renderTemplate(template, writer.scope, 'text', () => writer.cut.push(part))
  // C0, DEL and C1 are blanks to a single line too: a name never carries a line break into a list or a mail's header.
  return shorten(rendered.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim(), writer, part, limit)
}

function text(template: string, writer: Writer, part: string, limit: number): string {
  return shorten(
    renderTemplate(template, writer.scope, 'text', () => writer.cut.push(part)),
    writer,
    part,
    limit,
  )
}

/** Never cuts a character in two: a lone half of a pair is no valid text to a database. */
function shorten(rendered: string, writer: Writer, part: string, limit: number): string {
  const whole = rendered.toWellFormed()
  if (whole.length <= limit) return whole
  writer.cut.push(part)
  const head = whole.slice(0, limit)
  return head.isWellFormed() ? head : head.slice(0, -1)
}
