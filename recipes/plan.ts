// The actions of a recipe on a message, exactly as they would be carried out: a run carries them out, a trial shows them.
import { type Action, actions, type PlannedAction } from './actions/actions.ts'
import type { Part } from './actions/part-names.ts'
import type { Writer } from './actions/writing.ts'
import { whyNoDate } from './date-text.ts'
import type { LeftOut } from './left-out.ts'
import { columnLimits, renderLimits } from './limits.ts'
import type { Message } from './message.ts'
import type { RecipeBody } from './recipe.ts'
import { onlyName, onlyValue, renderTemplate } from './template.ts'
import { scopeOf } from './template-names.ts'
import type { TemplateValue } from './template-value.ts'
import { unknownZone } from './zone.ts'

export function planActions(recipe: RecipeBody, message: Message): PlannedAction[] {
  return recipe.actions.map((action) => planAction(action, message))
}

export function planAction(action: Action, message: Message): PlannedAction {
  const notes: Notes = { cut: new Set(message.cut), leftOut: new Map() }
  const planned = actions.plan(action, writerFor(message, notes))
  return { ...planned, cut: [...notes.cut], leftOut: [...notes.leftOut.values()], timeZone: zoneOf(message) }
}

/** Of each part that was left out, the first reason. */
type Notes = { cut: Set<string>; leftOut: Map<string, LeftOut> }

const zoneOf = ({ owner: { timeZone = unknownZone } }: Message) => timeZone

function writerFor(message: Message, { cut, leftOut }: Notes): Writer {
  const scope = scopeOf(message)
  const render = (template: string, part: Part, escape: 'text' | 'html'): string =>
    renderTemplate(template, scope, escape, {
      timeZone: zoneOf(message),
      onCut: () => cut.add(part),
      onUnread: (unread) => leftOut.has(part) || leftOut.set(part, { part, code: whyNoDate(unread) }),
    })
  const shortened = (rendered: string, part: Part, limit: number): string => {
    const whole = rendered.toWellFormed()
    if (whole.length <= limit) return whole
    cut.add(part)
    return headOf(whole, limit)
  }
  return {
    message,
    // C0, DEL and C1 are blanks to a single line too: a name never carries a line break into a list or a mail's header.
    line: (template, part, limit) =>
      shortened(
        render(template, part, 'text')
          .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
          .trim(),
        part,
        limit,
      ),
    text: (template, part, limit) => shortened(render(template, part, 'text'), part, limit),
    html: (template, part) => ({ html: shortened(render(template, part, 'html'), part, renderLimits.html) }),
    value: (template) => templateValue(template, message, scope),
  }
}

/** Never cuts a character in two: a lone half of a pair is no valid text to a database. */
function headOf(text: string, limit: number): string {
  const head = text.slice(0, limit)
  return head.isWellFormed() ? head : head.slice(0, -1)
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
