// The types of a board's columns: what a value of each is, how it is shown, and how a text becomes one.
import { emailFromText, flagFromText, isAddress, isHttpUrl, linkFromText, phoneFromText } from './column-text.ts'
import { dateFromText, isRealDate, whyNoDate } from './date-text.ts'
import { labelsFromText, oneLabel } from './labels.ts'
import type { Language } from './language.ts'
import type { LeftOutCode } from './left-out.ts'
import { columnLimits, columnTextLimits as longest } from './limits.ts'
import { numberFromText } from './number-text.ts'
import type { TemplateValue } from './template-value.ts'

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
export type ReadOrLeftOut = { value: ColumnValue } | { issue: string; code: LeftOutCode }

/** What is known of a text beside itself. */
export type Reading = {
  labels?: readonly string[] | undefined
  /** How the numbers of the column are written. */
  locale?: string | undefined
  /** Where the reader of its dates is. */
  timeZone?: string | undefined
  /** What the text was made of. */
  value?: TemplateValue | undefined
}

type ColumnKind = {
  /** Null for what is no value of this type. The labels are the column's own. */
  check: (value: unknown, labels: readonly string[] | undefined) => ColumnValue
  /** What to say of a value that is none. */
  wanted: string
  show: (value: ColumnValue, language: Language) => string
  /** Null for a text that says no such value. */
  read: (text: string, reading: Reading) => unknown
  /** Why a text that could not be read is left out. */
  leftOut: LeftOutCode | ((text: string) => LeftOutCode)
}

const asIs = (text: string): unknown => text
const trimmed = (text: string): unknown => text.trim()
const showText = (value: ColumnValue): string => (typeof value === 'string' ? value : '')
const showList = (value: ColumnValue): string => (Array.isArray(value) ? value.join(', ') : '')

const columnTypes: Record<ColumnType, ColumnKind> = {
  text: {
    check: (value) => boundedText(value, longest.text),
    wanted: `a text of at most ${longest.text} characters`,
    show: showText,
    read: asIs,
    leftOut: 'too-long',
  },
  long_text: {
    check: (value) => boundedText(value, longest.long_text),
    wanted: `a text of at most ${longest.long_text} characters`,
    show: showText,
    read: asIs,
    leftOut: 'too-long',
  },
  status: { check: oneLabel, wanted: "one of the column's labels", show: showText, read: trimmed, leftOut: 'unknown-label' },
  date: {
    check: (value) => (typeof value === 'string' && isRealDate(value) ? value : null),
    wanted: 'a date such as 2026-01-31',
    show: showDate,
    read: (text, { timeZone }) => dateFromText(text, timeZone),
    leftOut: whyNoDate,
  },
  email: {
    check: emailValue,
    wanted: 'an email address',
    show: (value) => (isEmail(value) ? value.text || value.email : ''),
    read: readEmail,
    leftOut: 'no-email',
  },
  people: {
    check: (value) => textList(value, undefined),
    wanted: 'a list of names',
    show: showList,
    read: readPeople,
    leftOut: 'too-long',
  },
  link: {
    check: linkValue,
    wanted: 'a link that begins with http:// or https://',
    show: (value) => (isLink(value) ? value.text || value.url : ''),
    read: linkFromText,
    leftOut: 'no-link',
  },
  numbers: {
    check: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null),
    wanted: 'a number',
    show: (value, language) =>
      typeof value === 'number' ? new Intl.NumberFormat(language, { maximumFractionDigits: 10 }).format(value) : '',
    read: (text, { locale }) => numberFromText(text, locale),
    leftOut: (text) => (numberFromText(text) === 'ambiguous' ? 'number-in-two-ways' : 'no-number'),
  },
  checkbox: {
    check: (value) => (typeof value === 'boolean' ? value : null),
    wanted: 'true or false',
    show: (value, language) => (value === true ? yes[language] : value === false ? no[language] : ''),
    read: flagFromText,
    leftOut: 'no-checkbox',
  },
  dropdown: { check: textList, wanted: "a list of the column's labels", show: showList, read: readLabels, leftOut: 'unknown-label' },
  phone: { check: phoneValue, wanted: 'a telephone number', show: showText, read: trimmed, leftOut: 'no-phone' },
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

/** What a rendered template becomes in a column of this type. A text that says no value of it, or could be two, is left out. */
export function fromText(type: ColumnType, text: string, reading: Reading = {}): ReadOrLeftOut {
  const written = text.trim()
  if (written === '') return { value: null }
  const kind = columnTypes[type]
  const issue = `This column takes ${kind.wanted}.`
  if (written.length > longest[type]) return { issue, code: 'too-long' }
  const value = kind.read(text, reading)
  const checked = value === null ? { issue } : validate(type, value, reading.labels)
  if ('value' in checked) return checked
  return { issue, code: typeof kind.leftOut === 'string' ? kind.leftOut : kind.leftOut(text) }
}

function readEmail(text: string, { value }: Reading): unknown {
  if (value === undefined || !('addresses' in value)) return emailFromText(text)
  const first = value.addresses.find(({ address }) => isAddress(address))
  return first === undefined ? null : { email: first.address, text: (first.name || first.address).slice(0, columnLimits.shownText) }
}

function readPeople(text: string, { value }: Reading): unknown {
  return value === undefined ? labelsFromText(text, undefined) : textsOf(value)
}

/** A text that is no label may still be a list of them. */
function readLabels(text: string, { value, labels }: Reading): unknown {
  return value === undefined || 'one' in value ? labelsFromText(text, labels) : textsOf(value)
}

function textsOf(value: TemplateValue): string[] {
  if ('one' in value) return [value.one]
  const texts = 'list' in value ? value.list : value.addresses.map(({ name, address }) => name || address)
  return texts.map((each) => each.trim()).filter((each) => each !== '')
}

function boundedText(value: unknown, limit: number): string | null {
  return typeof value === 'string' && value.length <= limit ? value : null
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
