// The Liquid engine, stripped to what a template may do, and its syntax tree as far as the checks need it.
import { Liquid, LiquidError, Output, TypeGuards, type Template, type Token } from 'liquidjs'
import { dateInWords, readerIn } from './date-filter.ts'
import { limits } from './limits.ts'
import { extract } from './regex.ts'

const templateFilters = [
  ...(['upcase', 'downcase', 'capitalize', 'strip', 'lstrip', 'rstrip', 'truncate', 'truncatewords', 'replace', 'remove'] as const),
  ...(['append', 'prepend', 'default', 'date', 'split', 'first', 'last', 'join', 'slice', 'size', 'escape'] as const),
  ...(['newline_to_br', 'extract'] as const),
] as const

/** Among the globals of a template that is only tried (see trialFault in template.ts). */
export const trialMark = Symbol('trial')

type Position = { line: number; column: number }
/** `position` is the place in the template, line and column from 1. */
export type TemplateIssue = { detail: string; code: 'bad-template' | 'unknown-name' | 'bad-pattern'; position?: Position }
export type Segments = { segments: string[]; computed: boolean; position: Position }

/** What the filters of one output may make, in characters. */
export const memoryLimit = 4_000_000

export const liquid = openLiquid()

type Parsed = { templates: Template[] } | { issue: TemplateIssue }

const mostKept = 200
const kept = new Map<string, Parsed>()

/** A recipe's templates are rendered for mail after mail: those that were used last are kept as they were read. */
export function parseLiquid(text: string): Parsed {
  const parsed = kept.get(text) ?? parseAnew(text)
  kept.delete(text)
  kept.set(text, parsed)
  const [oldest] = kept.keys()
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
  return parsed
}

function parseAnew(text: string): Parsed {
  try {
    const templates = liquid.parse(text)
    for (const template of templates) if (template instanceof Output) keepPatterns(template)
    return { templates }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return {
      issue: { detail: error.message, code: 'bad-template', ...(LiquidError.is(error) ? { position: positionOf(error.token) } : {}) },
    }
  }
}

/** Every name in the templates, filter arguments too; `computed` where a name is made of another's value. */
export function segmentsIn(templates: Template[]): Segments[] {
  const known = segmentsOf.get(templates) ?? segmentsAnew(templates)
  segmentsOf.set(templates, known)
  return known
}

const segmentsOf = new WeakMap<Template[], Segments[]>()

function segmentsAnew(templates: Template[]): Segments[] {
  const { globals } = liquid.analyzeSync(templates)
  return Object.values(globals)
    .flat()
    .map(({ segments, location }) => ({
      segments: segments.map(String),
      computed: segments.some((segment) => typeof segment === 'object'),
      position: { line: location.row, column: location.col },
    }))
}

export function literalOf(token: unknown): string | null {
  return TypeGuards.isQuotedToken(token) ? token.content : null
}

/** The name that an output begins with, and nothing else. */
export function startsWithName(output: Output): boolean {
  const [first, ...rest] = output.value.initial.postfix
  return rest.length === 0 && TypeGuards.isPropertyAccessToken(first)
}

export function rangeIn(output: Output): boolean {
  const tokens: unknown[] = [...output.value.initial.postfix, ...output.value.filters.flatMap(({ args }) => args.flat())]
  return tokens.some(isRange)
}

function isRange(token: unknown): boolean {
  if (TypeGuards.isRangeToken(token)) return true
  return TypeGuards.isPropertyAccessToken(token) && [token.variable, ...token.props].some(isRange)
}

/** A quoted text knows escapes and would read `\\d` as `d`: a pattern is taken as it is written. */
function keepPatterns(output: Output): void {
  for (const { name, args } of output.value.filters) {
    const pattern: unknown = args[0]
    if (name === 'extract' && TypeGuards.isQuotedToken(pattern))
      Reflect.set(pattern, 'content', pattern.input.slice(pattern.begin + 1, pattern.end - 1))
  }
}

function positionOf(token: Token): Position {
  const [line, column] = token.getPosition()
  return { line: line ?? 1, column: column ?? 1 }
}

function openLiquid(): Liquid {
  const instance = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    dynamicPartials: false,
    parseLimit: limits.template,
    memoryLimit,
  })
  const allowed = new Set<string>(templateFilters)
  for (const tag of Object.keys(instance.tags)) delete instance.tags[tag]
  for (const filter of Object.keys(instance.filters)) if (!allowed.has(filter)) delete instance.filters[filter]
  instance.registerFilter('extract', function (value: unknown, pattern: unknown) {
    // On a trial it is as if all of the text were found: to look for it in what a template has grown may take seconds.
    return trialMark in this.context.globals ? asText(value) : extract(asText(pattern), asText(value))
  })
  // Lines stay lines in every target: HTML gets its <br> when the value is escaped.
  instance.registerFilter('newline_to_br', (value: unknown) => value)
  guardReplace(instance)
  instance.registerFilter('date', function (value: unknown, format: unknown, zone: unknown) {
    return dateInWords(readerIn(this.context.environments), asText(value), format, zone)
  })
  return instance
}

/** The library counts what goes in; a long replacement of a frequent piece makes much more of it. */
function guardReplace(instance: Liquid): void {
  instance.registerFilter('replace', function (value: unknown, pattern: unknown, replacement: unknown) {
    const text = asText(value)
    const pieces = text.split(asText(pattern))
    this.context.memoryLimit.use(text.length + pieces.length * (1 + asText(replacement).length))
    return pieces.join(asText(replacement))
  })
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map(asText).join('')
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
