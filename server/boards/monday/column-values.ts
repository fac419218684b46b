// What a recipe rendered for the columns of a board becomes what monday.com takes for each type, with what is left out and why. Pure.
import type { BoardColumn } from '../../../contract/board.ts'
import { type ColumnType, type ColumnValue } from '../../../recipes/column.ts'
import { emailFromText } from '../../../recipes/column-text.ts'
import { columnLimits } from '../../../recipes/limits.ts'
import { type LeftOut, oncePerPart } from '../../../recipes/left-out.ts'
import type { TemplateValue } from '../../../recipes/template-value.ts'
import type { Given } from '../board-target.ts'
import { cellsFromTexts } from '../cells.ts'
import { countryOf } from './calling-codes.ts'

/** Ids of users by address, in lower case. */
export type Users = ReadonlyMap<string, string>
type Values = Record<string, unknown>

/** All columns of an item together take 64 KB (https://developer.monday.com/api-reference/docs/text). */
const mostBytes = 60 * 1024
const longestLongText = 2000

type Written = { values: Values; leftOut: LeftOut[]; /** A column that the board does not have. */ gone?: string }

/** `users`: undefined where they have not been looked up: then a person who may be one is not left out. */
export function columnValuesFrom(columns: readonly BoardColumn[], given: Given, users?: Users): Written {
  const people = columns.filter(({ id, type }) => type === 'people' && given.columns[id] !== undefined).map(({ id }) => id)
  const ofPeople = people.map((id) => peopleValue(id, given, users))
  const texts = Object.fromEntries(Object.entries(given.columns).filter(([id]) => !people.includes(id)))
  const { cells, leftOut, gone } = cellsFromTexts(columns, { ...given, columns: texts })
  const types = new Map(columns.map(({ id, type }) => [id, type]))
  const written = Object.entries(cells).map(([id, cell]) => valueOf(id, types.get(id) ?? 'text', cell))
  return fitted({
    values: Object.assign({}, ...[...written, ...ofPeople].map(({ values }) => values)),
    leftOut: oncePerPart([...leftOut, ...[...written, ...ofPeople].flatMap((each) => each.leftOut)]),
    ...(gone === undefined ? {} : { gone }),
  })
}

/** Whose ids have to be known before. */
export function addressesIn(columns: readonly BoardColumn[], given: Given): string[] {
  const people = columns.filter(({ type }) => type === 'people')
  const all = people.flatMap(({ id }) => addressesOf(given.columns[id] ?? '', given.values?.[id]).addresses)
  return [...new Set(all)].slice(0, columnLimits.list)
}

type One = Pick<Written, 'values' | 'leftOut'>
const written = (id: string, value: unknown): One => ({ values: { [id]: value }, leftOut: [] })
const leftOutAs = (id: string, code: LeftOut['code']): One => ({ values: {}, leftOut: [{ part: `columns.${id}`, code }] })

/** The cells of these types hold a text. */
const plainText = (cell: ColumnValue): string => (typeof cell === 'string' ? cell : '')

/** An empty cell of a new item needs no word. */
function valueOf(id: string, type: ColumnType, cell: ColumnValue): One {
  if (cell === null || cell === '' || cell === false) return { values: {}, leftOut: [] }
  switch (type) {
    case 'long_text': {
      const text = plainText(cell)
      return text.length > longestLongText ? leftOutAs(id, 'too-long') : written(id, { text })
    }
    case 'status':
      // A label of digits alone is none the less a label, never an index.
      return written(id, { label: cell })
    case 'dropdown':
      return written(id, { labels: cell })
    case 'date':
      return written(id, { date: cell })
    case 'checkbox':
      return written(id, { checked: 'true' })
    case 'numbers':
      return written(id, plainNumber(Number(cell)))
    case 'phone': {
      const phone = plainText(cell)
      const country = countryOf(phone)
      return country === undefined ? leftOutAs(id, 'no-country') : written(id, { phone, countryShortName: country })
    }
    case 'email':
    case 'link':
    case 'text':
    case 'people':
      return written(id, cell)
  }
}

/** Without an exponent. */
const plainNumber = (value: number) => value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })

function peopleValue(id: string, given: Given, users: Users | undefined): One {
  const { addresses, isOther } = addressesOf(given.columns[id] ?? '', given.values?.[id])
  if (addresses.length === 0) return isOther ? leftOutAs(id, 'no-email') : { values: {}, leftOut: [] }
  if (users === undefined) return { values: {}, leftOut: [] }
  const ids = addresses.flatMap((address) => users.get(address) ?? [])
  const personsAndTeams = [...new Set(ids)].map((user) => ({ id: Number(user), kind: 'person' }))
  if (personsAndTeams.length === 0) return leftOutAs(id, 'unknown-person')
  const missing = ids.length < addresses.length ? leftOutAs(id, 'unknown-person').leftOut : []
  return { values: { [id]: { personsAndTeams } }, leftOut: missing }
}

/** People are known by their addresses: what the template was made of, or what its text says. */
function addressesOf(text: string, value: TemplateValue | undefined): { addresses: string[]; isOther: boolean } {
  const texts = value === undefined ? text.split(/[,;\n]/) : 'one' in value ? [value.one] : 'list' in value ? value.list : value.addresses.map(({ address }) => address) // prettier-ignore
  const said = texts.map((each) => each.trim()).filter((each) => each !== '')
  const addresses = said.flatMap((each) => emailFromText(each)?.email.toLowerCase() ?? [])
  return { addresses: [...new Set(addresses)].slice(0, columnLimits.list), isOther: said.length > addresses.length }
}

/** The longest go first, since one long text is a smaller loss than many short ones. */
function fitted(all: Written): Written {
  const sizes = Object.entries(all.values).map(([id, value]) => [id, Buffer.byteLength(JSON.stringify({ [id]: value }))] as const)
  let bytes = sizes.reduce((sum, [, size]) => sum + size, 0)
  const out = new Set<string>()
  for (const [id, size] of sizes.toSorted(([, one], [, other]) => other - one)) {
    if (bytes <= mostBytes) break
    out.add(id)
    bytes -= size
  }
  if (out.size === 0) return all
  const noRoom = [...out].map((id): LeftOut => ({ part: `columns.${id}`, code: 'no-room' }))
  return {
    ...all,
    values: Object.fromEntries(Object.entries(all.values).filter(([id]) => !out.has(id))),
    leftOut: [...all.leftOut, ...noRoom],
  }
}
