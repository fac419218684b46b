// The types of a board's columns: what a value of each is, how it is shown, and how a text becomes one.
import {
  dateFromText,
  emailFromText,
  flagFromText,
  isAddress,
  isHttpUrl,
  isRealDate,
  linkFromText,
  listFromText,
  numberFromText,
  phoneFromText,
} from './column-text.ts'
import { fold } from './fold.ts'
import { columnLimits, columnTextLimits as longest } from './limits.ts'

export const columnTypeNames = [
  'text',
  'long_text',
  'status',
  'date',
  'email',
  'people',
  'link',
  'numbers',
  'checkbox',
  'dropdown',
  'phone',
] as const

export type ColumnType = (typeof columnTypeNames)[number]
type EmailValue = { email: string; text: string }
type LinkValue = { url: string; text: string }
/** Null is an empty cell. */
export type ColumnValue = string | number | boolean | string[] | EmailValue | LinkValue | null
export type ValueOrIssue = { value: ColumnValue } | { issue: string }
export type Language = 'en' | 'fr'

type ColumnKind = {
  /** Null for what is no value of this type. The labels are the column's own. */
  check: (value: unknown, labels: readonly string[] | undefined) => ColumnValue
  /** What to say of a value that is none. */
  wanted: string
  show: (value: ColumnValue, language: Language) => string
  /** Null for a text that says no such value. */
  read: (text: string) => unknown
}

const asIs = (text: string): unknown => text
const showText = (value: ColumnValue): string => (typeof value === 'string' ? value : '')
const showList = (value: ColumnValue): string => (Array.isArray(value) ? value.join(', ') : '')

const columnTypes: Record<ColumnType, ColumnKind> = {
  text: {
    check: (value) => boundedText(value, longest.text),
    wanted: `a text of at most ${longest.text} characters`,
    show: showText,
    read: asIs,
  },
  long_text: {
    check: (value) => boundedText(value, longest.long_text),
    wanted: `a text of at most ${longest.long_text} characters`,
    show: showText,
    read: asIs,
  },
  status: { check: oneLabel, wanted: "one of the column's labels", show: showText, read: (text) => text.trim() },
  date: {
    check: (value) => (typeof value === 'string' && isRealDate(value) ? value : null),
    wanted: 'a date such as 2026-01-31',
    show: showDate,
    read: dateFromText,
  },
  email: {
    check: emailValue,
    wanted: 'an e-mail address',
    show: (value) => (isEmail(value) ? value.text || value.email : ''),
    read: emailFromText,
  },
  people: { check: (value) => textList(value, undefined), wanted: 'a list of names', show: showList, read: listFromText },
  link: {
    check: linkValue,
    wanted: 'a link that begins with http:// or https://',
    show: (value) => (isLink(value) ? value.text || value.url : ''),
    read: linkFromText,
  },
  numbers: {
    check: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null),
    wanted: 'a number',
    show: (value, language) =>
      typeof value === 'number' ? new Intl.NumberFormat(language, { maximumFractionDigits: 10 }).format(value) : '',
    read: numberFromText,
  },
  checkbox: {
    check: (value) => (typeof value === 'boolean' ? value : null),
    wanted: 'true or false',
    show: (value, language) => (value === true ? yes[language] : value === false ? no[language] : ''),
    read: flagFromText,
  },
  dropdown: { check: textList, wanted: "a list of the column's labels", show: showList, read: listFromText },
  phone: { check: phoneValue, wanted: 'a telephone number', show: showText, read: (text) => text.trim() },
}

const yes = { en: 'yes', fr: 'oui' } as const
const no = { en: 'no', fr: 'non' } as const

/** Null, and a text without content, empty the cell. */
export function validate(type: ColumnType, value: unknown, labels?: readonly string[]): ValueOrIssue {
  if (value === null || value === '') return { value: null }
  const checked = columnTypes[type].check(value, labels)
  return checked === null ? { issue: `This column takes ${columnTypes[type].wanted}.` } : { value: checked }
}

/** A value in words, for a list, an export or a screen reader. */
export function render(type: ColumnType, value: ColumnValue, language: Language): string {
  return value === null ? '' : columnTypes[type].show(value, language)
}

/** What a rendered template becomes in a column of this type. */
export function fromText(type: ColumnType, text: string, labels?: readonly string[]): ValueOrIssue {
  const written = text.trim()
  if (written === '') return { value: null }
  const read = written.length > longest[type] ? null : columnTypes[type].read(text)
  return read === null ? { issue: `This column takes ${columnTypes[type].wanted}.` } : validate(type, read, labels)
}

function boundedText(value: unknown, limit: number): string | null {
  return typeof value === 'string' && value.length <= limit ? value : null
}

/** The label as the column writes it, whatever its case in the value; without labels any short text is one. */
function oneLabel(value: unknown, labels: readonly string[] | undefined): string | null {
  if (typeof value !== 'string' || value.length > columnLimits.label || value.trim() === '') return null
  return labels === undefined ? value : labelFrom(labelsByFold(labels), value)
}

/** Items hold labels as the column writes them: what is looked for so needs no folding. */
const labelFrom = (known: ReadonlyMap<string, string>, value: string) => known.get(value) ?? known.get(fold(value.trim())) ?? null

const foldedLabels = new WeakMap<readonly string[], Map<string, string>>()

/** A board has up to 5,000 labels, and a page of items 10,000 cells: the labels of a column are folded once. */
function labelsByFold(labels: readonly string[]): Map<string, string> {
  const known = foldedLabels.get(labels)
  if (known !== undefined) return known
  const byFold = new Map<string, string>()
  for (const label of labels) {
    const folded = fold(label.trim())
    // Of two that fold to the same the first counts.
    const first = byFold.get(folded) ?? label
    byFold.set(folded, first).set(label, first)
  }
  foldedLabels.set(labels, byFold)
  return byFold
}

function textList(value: unknown, labels: readonly string[] | undefined): string[] | null {
  if (!Array.isArray(value) || value.length > columnLimits.list) return null
  const known = value.map((each: unknown) => oneLabel(each, labels)).filter((each) => each !== null)
  return known.length === value.length ? [...new Set(known)] : null
}

function emailValue(value: unknown): EmailValue | null {
  if (typeof value === 'string') return emailFromText(value)
  if (!isPair(value, 'email', 'text') || !isAddress(value.email)) return null
  return value.text.length <= columnLimits.shownText ? { email: value.email, text: value.text } : null
}

function linkValue(value: unknown): LinkValue | null {
  if (typeof value === 'string') return linkFromText(value)
  if (!isPair(value, 'url', 'text') || !isHttpUrl(value.url)) return null
  return value.text.length <= columnLimits.shownText ? { url: value.url, text: value.text } : null
}

function phoneValue(value: unknown): string | null {
  return typeof value === 'string' ? phoneFromText(value) : null
}

function showDate(value: ColumnValue, language: Language): string {
  if (typeof value !== 'string' || !isRealDate(value)) return ''
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${value}T00:00:00Z`))
}

function isEmail(value: ColumnValue): value is EmailValue {
  return isPair(value, 'email', 'text')
}

function isLink(value: ColumnValue): value is LinkValue {
  return isPair(value, 'url', 'text')
}

function isPair<Key extends string>(value: unknown, key: Key, text: 'text'): value is Record<Key | 'text', string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return typeof Reflect.get(value, key) === 'string' && typeof Reflect.get(value, text) === 'string'
}
