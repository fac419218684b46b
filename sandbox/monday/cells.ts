// What each type of column takes, what is stored of it, and how it is read: the table of its write forms, and nothing looser.
import { z } from 'zod'
import { addLabel, type Board, type Cells, type Column, type ColumnType, columnFor, type Item, type Label } from './board.ts'
import { badArgument, badValue, MondayError } from './monday-error.ts'
import type { MondayState } from './state.ts'

type Writing = { state: MondayState; board: Board; column: Column; makesLabels: boolean }
type Kind = {
  /** The stored form of what was sent; throws. `null` and, for texts, `""` empty the cell before this is asked. */
  write(value: unknown, writing: Writing): unknown
  text(cell: never, column: Column, state: MondayState): string
  graphqlType: string
  /** Fields beside those of every value. */
  fields?(cell: never, column: Column, state: MondayState): Record<string, unknown>
  /** What a search compares; absent: it cannot be searched. */
  found?(cell: never, column: Column): string
}

const longestLongText = 2000
const mostBytes = 64 * 1024
const read = <Value>(schema: z.ZodType<Value>, value: unknown, { column }: Writing): Value => {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw badValue(column, 'invalid value, please check our API documentation for the correct data structure')
  return parsed.data
}

const isDay = (text: string) =>
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/).refine(isDay) // prettier-ignore

const text: Kind = {
  write: (value, writing) => read(z.string(), value, writing),
  text: (cell: string) => cell,
  found: (cell: string) => cell,
  graphqlType: 'TextValue',
}

type Dropdown = { ids: number[] }
type People = { personsAndTeams: { id: number; kind: 'person' | 'team' }[] }

const kinds: Partial<Record<ColumnType, Kind>> = {
  text,
  long_text: {
    write: (value, writing) => read(z.strictObject({ text: z.string().max(longestLongText) }), value, writing),
    text: (cell: { text: string }) => cell.text,
    graphqlType: 'LongTextValue',
  },
  status: {
    write(value, writing) {
      const asked = read(z.union([z.strictObject({ label: z.string() }), z.strictObject({ index: z.int() })]), value, writing)
      const { labels } = writing.column
      if ('index' in asked) {
        if (!labels.some(({ index }) => index === asked.index)) throw unknownLabel(writing, String(asked.index))
        return { index: asked.index }
      }
      return { index: labelFor(writing, asked.label).index }
    },
    text: (cell: { index: number }, column) => labelAt(column, cell.index),
    found: (cell: { index: number }, column) => labelAt(column, cell.index),
    graphqlType: 'StatusValue',
    fields: ({ index }: { index: number }, column) => ({ index, label: labelAt(column, index), is_done: false }),
  },
  dropdown: {
    write(value, writing) {
      const asked = read(
        z.union([z.strictObject({ labels: z.array(z.string()).min(1) }), z.strictObject({ ids: z.array(z.int()).min(1) })]),
        value,
        writing,
      )
      if ('labels' in asked) return { ids: asked.labels.map((label) => labelFor(writing, label).id) }
      const stranger = asked.ids.find((id) => !writing.column.labels.some((label) => label.id === id))
      if (stranger !== undefined) throw unknownLabel(writing, String(stranger))
      return { ids: asked.ids }
    },
    text: (cell: Dropdown, column) => optionsOf(cell, column).map(({ label }) => label).join(', '), // prettier-ignore
    found: (cell: Dropdown, column) => optionsOf(cell, column).map(({ label }) => label).join(', '), // prettier-ignore
    graphqlType: 'DropdownValue',
    fields: (cell: Dropdown, column) => ({ values: optionsOf(cell, column).map(({ id, label }) => ({ id: String(id), label })) }),
  },
  date: {
    write: (value, writing) => read(z.strictObject({ date: day, time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/).optional() }), value, writing), // prettier-ignore
    text: ({ date, time }: { date: string; time?: string }) => (time === undefined ? date : `${date} ${time.slice(0, 5)}`),
    found: ({ date }: { date: string }) => date,
    graphqlType: 'DateValue',
    fields: ({ date, time = '' }: { date: string; time?: string }) => ({ date, time }),
  },
  people: {
    write(value, writing) {
      const kind = z.enum(['person', 'team'])
      const asked = read(z.strictObject({ personsAndTeams: z.array(z.strictObject({ id: z.int(), kind })).min(1) }), value, writing)
      const { state, board } = writing
      for (const { id } of asked.personsAndTeams)
        if (state.users.get(String(id))?.account.id !== board.accountId)
          throw badValue(writing.column, `user ${id} not found in this account`)
      return asked
    },
    text: (cell: People, _column, state) => cell.personsAndTeams.map(({ id }) => state.users.get(String(id))?.name ?? '').join(', '),
    graphqlType: 'PeopleValue',
    fields: ({ personsAndTeams }: People) => ({ persons_and_teams: personsAndTeams.map(({ id, kind }) => ({ id: String(id), kind })) }),
  },
  email: {
    write: (value, writing) => read(z.strictObject({ email: z.string().regex(/^[^\s@]+@[^\s@]+$/), text: z.string() }), value, writing),
    text: ({ email, text: shown }: { email: string; text: string }) => (shown === email || shown === '' ? email : `${shown} - ${email}`),
    found: ({ text: shown }: { text: string }) => shown,
    graphqlType: 'EmailValue',
    fields: ({ email, text: label }: { email: string; text: string }) => ({ email, label }),
  },
  link: {
    write: (value, writing) => read(z.strictObject({ url: z.string().regex(/^https?:\/\/\S+$/i), text: z.string() }), value, writing),
    text: ({ url, text: shown }: { url: string; text: string }) => (shown === '' ? url : `${shown} - ${url}`),
    found: ({ url, text: shown }: { url: string; text: string }) => shown || url,
    graphqlType: 'LinkValue',
    fields: ({ url, text: shown }: { url: string; text: string }) => ({ url, url_text: shown }),
  },
  phone: {
    write(value, writing) {
      const asked = read(z.strictObject({ phone: z.string(), countryShortName: z.string().regex(/^[A-Z]{2}$/) }), value, writing)
      if (!/^\+?[\d\s().-]{3,}$/.test(asked.phone)) throw badValue(writing.column, 'invalid phone number')
      return asked
    },
    text: ({ phone }: { phone: string }) => phone.replace(/^\+/, ''),
    graphqlType: 'PhoneValue',
    fields: ({ phone, countryShortName }: { phone: string; countryShortName: string }) => ({ phone, country_short_name: countryShortName }),
  },
  numbers: {
    write: (value, writing) => read(z.string().regex(/^-?\d+(\.\d+)?$/), value, writing),
    text: (cell: string) => cell,
    found: (cell: string) => cell,
    graphqlType: 'NumbersValue',
    fields: (cell: string) => ({ number: Number(cell) }),
  },
  checkbox: {
    // False is an empty cell: only the string "true" is a value.
    write: (value, writing) => read(z.strictObject({ checked: z.literal('true') }), value, writing),
    text: () => 'v',
    found: () => 'v',
    graphqlType: 'CheckboxValue',
    fields: () => ({ checked: true }),
  },
  timeline: {
    write: (value, writing) => read(z.strictObject({ from: day, to: day }), value, writing),
    text: ({ from, to }: { from: string; to: string }) => `${from} - ${to}`,
    graphqlType: 'TimelineValue',
    fields: ({ from, to }: { from: string; to: string }) => ({ from, to }),
  },
  file: {
    write(value, writing) {
      read(z.strictObject({ clear_all: z.literal(true) }), value, writing)
      return null
    },
    // Its text and its files are addresses (see shown.ts).
    text: () => '',
    graphqlType: 'FileValue',
  },
}

const emptyFields: Record<string, Record<string, unknown>> = { DropdownValue: { values: [] }, PeopleValue: { persons_and_teams: [] }, FileValue: { files: [] }, CheckboxValue: { checked: false } } // prettier-ignore

/** The item's cells with what was sent; nothing is changed where any of it is refused, but for labels that were wanted. */
export function cellsWith(
  cells: Cells,
  sent: Record<string, unknown>,
  asked: { state: MondayState; board: Board; makesLabels: boolean },
): Cells {
  const changed = { ...cells }
  for (const [id, value] of Object.entries(sent)) {
    const column = columnFor(asked.board, id)
    const kind = kinds[column.type]
    if (kind === undefined) throw badValue(column, `columns of type ${column.type} cannot be written by the API`)
    changed[id] = value === null || value === '' ? null : kind.write(value, { ...asked, column })
  }
  if (Buffer.byteLength(JSON.stringify(changed)) > mostBytes)
    throw new MondayError('ColumnValueException', 'column values of the item exceed 64KB')
  return changed
}

/** `column_values` comes as a string that holds JSON. */
export function parseSent(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'string') throw badArgument('column_values must be a JSON string')
  const parsed = z.record(z.string(), z.unknown()).safeParse(jsonOf(value))
  if (!parsed.success) throw new MondayError('JsonParseException', 'We were not able to parse column_values: invalid JSON')
  return parsed.data
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MondayError('JsonParseException', 'We were not able to parse the JSON')
  }
}

export const textOfCell = (state: MondayState, column: Column, cell: unknown): string =>
  cell === null || cell === undefined ? '' : (kinds[column.type]?.text(cell as never, column, state) ?? '')

/** As GraphQL shows it. */
export function valueShown(state: MondayState, item: Item, column: Column): Record<string, unknown> {
  const kind = kinds[column.type]
  const cell = item.cells[column.id] ?? null
  const __typename = kind?.graphqlType ?? 'UnsupportedValue'
  const fields = cell === null ? emptyFields[__typename] : kind?.fields?.(cell as never, column, state)
  const value = cell === null ? null : JSON.stringify(cell)
  return { __typename, id: column.id, type: column.type, text: textOfCell(state, column, cell), value, ...fields }
}

/** Whether a search by column values can look into it. */
export const isSearchable = ({ type }: Column): boolean => kinds[type]?.found !== undefined

/** Texts compare as a whole, without case. */
export function isFoundBy(column: Column, cell: unknown, values: readonly (string | null)[]): boolean {
  const found = cell === null || cell === undefined ? '' : (kinds[column.type]?.found?.(cell as never, column) ?? '')
  return values.some((value) => (value ?? '').toLowerCase() === found.toLowerCase())
}

const labelAt = ({ labels }: Column, index: number) => labels.find((label) => label.index === index)?.label ?? ''
const optionsOf = ({ ids }: Dropdown, { labels }: Column) => ids.flatMap((id) => labels.filter((label) => label.id === id))

function labelFor(writing: Writing, label: string): Label {
  const known = writing.column.labels.find((each) => each.label.toLowerCase() === label.toLowerCase())
  if (known) return known
  if (!writing.makesLabels) throw unknownLabel(writing, label)
  return addLabel(writing.column, label)
}

function unknownLabel({ column }: Writing, label: string): MondayError {
  const possible = column.labels.map(({ id, label: each }) => `${id}: ${each}`).join(', ')
  return badValue(column, `The label '${label}' doesn't exist, possible labels are: {${possible}}`)
}
