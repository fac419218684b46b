// The OData query options that Outlook's part of Graph supports; others that begin with $ are refused.
import { badRequest, GraphError } from './graph-error.ts'
import type { Message } from './message.ts'

export type ListOptions = { top: number; skip: number; keep(message: Message): boolean; compare(one: Message, other: Message): number }
export type Query = Record<string, string>

export function queryFrom(search: URLSearchParams, allowed: readonly string[]): Query {
  const query: Query = {}
  for (const [name, value] of search) {
    if (!name.startsWith('$')) continue
    if (!allowed.includes(name)) throw badRequest(`The query specified in the URI is not valid. Query option '${name}' is not allowed.`)
    if (name in query) throw badRequest(`Query option '${name}' was specified more than once, but it must be specified at most once.`)
    query[name] = value
  }
  return query
}

/** The selected names; null for the default set. */
export function readSelect(query: Query, known: readonly string[], type: string): string[] | null {
  if (query['$select'] === undefined) return null
  const names = query['$select'].split(',').map((name) => name.trim())
  for (const name of names) {
    if (!known.includes(name))
      throw new GraphError(400, 'RequestBroker--ParseUri', `Could not find a property named '${name}' on type '${type}'.`)
  }
  return names
}

export function readListOptions(query: Query): ListOptions {
  const filter = readFilter(query['$filter'])
  const order = readOrder(query['$orderby'])
  if (filter.properties.length > 0 && order && filter.properties[0] !== order.property) {
    throw new GraphError(400, 'InefficientFilter', 'The restriction or sort order is too complex for this operation.')
  }
  const { value, descending } = order ?? { value: dates.receivedDateTime, descending: true }
  return {
    top: readNumber(query, '$top', { fallback: 10, least: 1, most: 1000 }),
    skip:
      query['$skiptoken'] === undefined
        ? readNumber(query, '$skip', { fallback: 0, least: 0, most: 1e9 })
        : readSkipToken(query['$skiptoken']),
    keep: filter.keep,
    compare: (one, other) => (value(one) - value(other)) * (descending ? -1 : 1),
  }
}

export const skipTokenFrom = (skip: number) => Buffer.from(`skip:${skip}`).toString('base64url')

const seconds = (date: Date) => Math.floor(date.getTime() / 1000) * 1000
const dates = {
  receivedDateTime: (message: Message) => seconds(message.receivedAt),
  sentDateTime: (message: Message) => seconds(message.sentAt),
  createdDateTime: (message: Message) => seconds(message.createdAt),
  lastModifiedDateTime: (message: Message) => seconds(message.modifiedAt),
}
const others: Record<string, (message: Message) => string> = {
  isRead: (message) => String(message.isRead),
  hasAttachments: (message) => String(message.attachments.some(({ isInline }) => !isInline)),
  importance: (message) => `'${message.importance}'`,
  conversationId: (message) => `'${message.conversationId}'`,
  internetMessageId: (message) => `'${message.internetMessageId}'`,
  subject: (message) => `'${message.subject}'`,
}

function isDate(property: string): property is keyof typeof dates {
  return property in dates
}

function readFilter(text: string | undefined): { properties: string[]; keep(message: Message): boolean } {
  if (text === undefined) return { properties: [], keep: () => true }
  const terms = text.split(/ and /i).map((term) => readTerm(term.trim()))
  return { properties: terms.map(({ property }) => property), keep: (message) => terms.every(({ holds }) => holds(message)) }
}

function readTerm(term: string): { property: string; holds(message: Message): boolean } {
  const parts = /^(?<property>[A-Za-z/]+) (?<operator>eq|ne|ge|gt|le|lt) (?<literal>.+)$/.exec(term)?.groups
  const { property = '', operator = '', literal = '' } = parts ?? {}
  if (isDate(property)) {
    if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(literal) || Number.isNaN(Date.parse(literal))) {
      throw badRequest(`Invalid filter clause: '${literal}' is not a valid Edm.DateTimeOffset.`)
    }
    const limit = Date.parse(literal)
    return { property, holds: (message) => compares(dates[property](message) - limit, operator) }
  }
  const valueOf = Object.hasOwn(others, property) ? others[property] : undefined
  if (!valueOf || !['eq', 'ne'].includes(operator)) throw badRequest(`Invalid filter clause: '${term}'.`)
  return { property, holds: (message) => (valueOf(message) === literal.replaceAll("''", "'")) === (operator === 'eq') }
}

function compares(difference: number, operator: string): boolean {
  const signs: Record<string, boolean> = {
    eq: difference === 0,
    ne: difference !== 0,
    ge: difference >= 0,
    gt: difference > 0,
    le: difference <= 0,
    lt: difference < 0,
  }
  return signs[operator] ?? false
}

function readOrder(text: string | undefined): { property: string; value(message: Message): number; descending: boolean } | null {
  if (text === undefined) return null
  const [property = '', direction = 'asc', ...more] = text.trim().split(/\s+/)
  if (!isDate(property) || !['asc', 'desc'].includes(direction) || more.length > 0) throw badRequest(`Invalid $orderby: '${text}'.`)
  return { property, value: dates[property], descending: direction === 'desc' }
}

function readNumber(query: Query, name: string, { fallback, least, most }: { fallback: number; least: number; most: number }): number {
  const text = query[name]
  if (text === undefined) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) throw badRequest(`Invalid value '${text}' for ${name} query option found.`)
  return value
}

function readSkipToken(token: string): number {
  const skip = /^skip:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (skip === undefined) throw badRequest('The skip token is not valid.')
  return Number(skip)
}
