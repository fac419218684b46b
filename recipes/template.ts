// Liquid, outputs only: no tags, listed filters, known names. What a mail holds goes in as a value and is never read as
// a template. With liquid.ts the only file that knows the library, so that the pane may load it late.
import { Context, Output, type Template, toValueSync } from 'liquidjs'
import { type Reader, scopeFor } from './date-filter.ts'
import { htmlText } from './escape.ts'
import { limits } from './limits.ts'
import { liquid, literalOf, parseLiquid, rangeIn, segmentsIn, startsWithName, type TemplateIssue, trialMark } from './liquid.ts'
import { openPatternBudget, type PatternBudget, patternIssue } from './regex.ts'
import { isKnownName, sampleScope, type TemplateNames, type TemplateScope } from './template-names.ts'
import { unknownZone } from './zone.ts'

export type { TemplateScope } from './template-names.ts'

/** A value that the filters cannot take whole is shortened to this many characters. */
const shortened = 20_000
const outputLimit = 4_000_000

/** What the templates of one recipe have cost so far. */
export type TemplateBudget = { parts: number; patterns: PatternBudget }

export const openTemplateBudget = (): TemplateBudget => ({ parts: 0, patterns: openPatternBudget() })

/** A template that passes renders, whatever the message holds. Once a recipe's budget is spent, nothing more is read. */
export function parseTemplate(
  text: string,
  names: TemplateNames,
  spent: TemplateBudget = openTemplateBudget(),
): { template: string } | { issues: TemplateIssue[] } {
  if (text.length > limits.template) return refusedAs(`A template can have at most ${limits.template} characters.`)
  spent.parts += partsOf(text)
  if (spent.parts > limits.templateParts)
    return refusedAs(`The templates of a recipe can have at most ${limits.templateParts} outputs and filters in total.`)
  const parsed = parseLiquid(text)
  if ('issue' in parsed) return { issues: [parsed.issue] }
  const issues = [...nameIssues(parsed.templates, names), ...parsed.templates.flatMap((each) => outputIssues(each, spent.patterns))]
  if (issues.length > 0) return { issues }
  const fault = trialFault(parsed.templates, names)
  return fault === null ? { template: text } : { issues: [fault] }
}

const refusedAs = (detail: string): { issues: TemplateIssue[] } => ({ issues: [{ detail, code: 'bad-template' }] })

/** Read off the text, before it is parsed: no output goes without `{{`, and no filter without `|`. */
function partsOf(text: string): number {
  return countOf(text, '{{') + countOf(text, '|') + 4 * countOf(text, 'date')
}

const countOf = (text: string, piece: string) => text.split(piece).length - 1

/** The names that a template uses, such as `message.from.name`; none for a template that cannot be read. */
export function templateNames(text: string): string[] {
  const parsed = parseLiquid(text)
  return 'issue' in parsed ? [] : [...new Set(segmentsIn(parsed.templates).map(({ segments }) => segments.join('.')))]
}

type Filter = { name: string; /** Null for what is not written out. */ args: (string | null)[] }

/** The filters of each output of a template, in their order; none for a template that cannot be read. */
export function filtersOf(text: string): Filter[][] {
  const parsed = parseLiquid(text)
  if ('issue' in parsed) return []
  const outputs = parsed.templates.filter((template) => template instanceof Output)
  return outputs.map(({ value }) => value.filters.map(({ name, args }) => ({ name, args: args.map(literalOf) })))
}

/** `timeZone`: where its dates are read. `onCut` is called when a value had to be shortened. */
export type Rendering = Partial<Reader> & { onCut?: () => void }

/**
 * Values are escaped for the target, the template's own text is not; `message.body.html` goes into HTML as it is and has
 * to be cleaned by whoever keeps it.
 */
export function renderTemplate(text: string, scope: TemplateScope, escape: 'text' | 'html', rendering: Rendering = {}): string {
  const parsed = parseLiquid(text)
  if ('issue' in parsed) return ''
  const complete = withColumns(scope, parsed.templates)
  let rendered = ''
  for (const template of parsed.templates) {
    if (rendered.length > outputLimit) {
      rendering.onCut?.()
      break
    }
    rendered += renderNode(template, complete, escape, rendering)
  }
  return rendered
}

/** The name that a template is made of, where it is one output and that is a name. */
export function onlyName(text: string): string | null {
  const output = onlyOutput(text)
  if (output === null || output.value.filters.length > 0 || !startsWithName(output)) return null
  return segmentsIn([output]).map(({ segments }) => segments.join('.'))[0] ?? null
}

/** What the only output of a template comes to before it becomes text; null where there is more, or where it needs more than it may. */
export function onlyValue(text: string, scope: TemplateScope, { timeZone = unknownZone }: Rendering = {}): unknown {
  const output = onlyOutput(text)
  if (output === null) return null
  const context = new Context(scopeFor(withColumns(scope, [output]), { timeZone }), liquid.options, { sync: true })
  try {
    return toValueSync(output.value.value(context))
  } catch {
    return null
  }
}

function onlyOutput(text: string): Output | null {
  const parsed = parseLiquid(text.trim())
  const [only, ...others] = 'issue' in parsed ? [] : parsed.templates
  return only instanceof Output && others.length === 0 ? only : null
}

function renderNode(template: Template, scope: TemplateScope, escape: 'text' | 'html', rendering: Rendering): string {
  if (!(template instanceof Output)) return renderWithin(template, {}) ?? ''
  const { onCut, timeZone = unknownZone, ...others } = rendering
  const reader = { timeZone, ...others }
  let rendered = renderWithin(template, scopeFor(scope, reader))
  if (rendered === null) {
    onCut?.()
    rendered = renderWithin(template, scopeFor(shorten(scope), reader)) ?? ''
  }
  if (escape === 'text' || isBodyHtml(template)) return rendered
  return template.value.filters.at(-1)?.name === 'escape' ? rendered.replace(/\r\n|\r|\n/g, '<br>') : htmlText(rendered)
}

/** Null when the filters need more than they may. */
function renderWithin(template: Template, scope: object): string | null {
  try {
    return String(liquid.renderSync([template], scope))
  } catch {
    return null
  }
}

/** Literal filter arguments may follow it, but nothing else of the mail may come in unescaped with it. */
function isBodyHtml(output: Output): boolean {
  const named = segmentsIn([output])
  return startsWithName(output) && named.length > 0 && named.every(({ segments }) => segments.join('.') === 'message.body.html')
}

function nameIssues(templates: Template[], names: TemplateNames): TemplateIssue[] {
  return segmentsIn(templates)
    .filter(({ segments, computed }) => computed || !isKnownName(segments, names))
    .map(({ segments, position }) => ({
      detail: `The field ${JSON.stringify(segments.join('.'))} does not exist here (line ${position.line}, column ${position.column}).`,
      code: 'unknown-name',
      position,
    }))
}

function outputIssues(template: Template, spent: PatternBudget): TemplateIssue[] {
  if (!(template instanceof Output)) return []
  if (rangeIn(template)) return [{ detail: 'A range such as (1..3) is not allowed here.', code: 'bad-template' }]
  const { filters } = template.value
  if (filters.some(({ name, args }) => name === 'date' && (literalOf(args[0])?.length ?? 0) > limits.dateFormat))
    return [{ detail: `A date format can have at most ${limits.dateFormat} characters.`, code: 'bad-template' }]
  return filters
    .filter(({ name }) => name === 'extract')
    .map(({ args }) => (args.length === 1 ? literalOf(args[0]) : null))
    .flatMap((pattern): TemplateIssue[] => {
      const issue =
        pattern === null ? "The filter extract takes one pattern in quotes: extract: 'No ([0-9]+)'." : patternIssue(pattern, spent)
      return issue === null ? [] : [{ detail: issue, code: 'bad-pattern' }]
    })
}

/** What only shows when a template is rendered, such as a time zone that does not exist, shows here and not on a mail. */
function trialFault(templates: Template[], names: TemplateNames): TemplateIssue | null {
  const scope = withColumns(sampleScope(names), templates)
  try {
    for (const template of templates)
      liquid.renderSync([template], scope, { memoryLimit: limits.trialCharacters, globals: { [trialMark]: true } })
    return null
  } catch (error) {
    return { detail: error instanceof Error ? error.message : String(error), code: 'bad-template' }
  }
}

/** A column without a value, or that is gone, is an empty text. */
function withColumns(scope: TemplateScope, templates: Template[]): TemplateScope {
  if (!('item' in scope)) return scope
  const named = segmentsIn(templates).flatMap(({ segments }) =>
    segments[0] === 'item' && segments[1] === 'columns' ? [segments[2] ?? ''] : [],
  )
  const columns = { ...Object.fromEntries(named.map((id) => [id, ''])), ...scope.item.columns }
  return { ...scope, item: { ...scope.item, columns } }
}

function shorten<Value>(value: Value): Value
function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, shortened).toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shorten(each)]))
}
