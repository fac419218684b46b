// Groups and columns as they were sent become those of a board: with ids, and without contradictions.
import type { z } from 'zod'
import type { BoardColumn, newBoard } from '../../contract/board.ts'
import { Problem, type Fault } from '../problem.ts'

type NewBoard = z.output<typeof newBoard>
type Group = { id: string; title: string }

const withLabels: readonly string[] = ['status', 'dropdown']

export function groupsFrom(input: NonNullable<NewBoard['groups']>): Group[] {
  refuse(repeatedIds(input, '/groups'))
  const ids = idsFor(input)
  return input.map(({ title }, index) => ({ id: ids[index] ?? '', title }))
}

/** A column that is already there keeps its type, since items hold values of it. */
export function columnsFrom(input: NonNullable<NewBoard['columns']>, present: readonly BoardColumn[] = []): BoardColumn[] {
  refuse([...repeatedIds(input, '/columns'), ...labelFaults(input), ...localeFaults(input), ...typeFaults(input, present)])
  const ids = idsFor(input)
  return input.map(({ title, type, labels, locale }, index) => ({
    id: ids[index] ?? '',
    title,
    type,
    ...(labels === undefined || labels.length === 0 ? {} : { labels }),
    ...(locale === undefined ? {} : { locale }),
  }))
}

function refuse(errors: Fault[]): void {
  if (errors.length > 0) throw new Problem('invalid-board', 'The board is not valid.', { errors })
}

function repeatedIds(parts: readonly { id?: string | undefined }[], base: string): Fault[] {
  const seen = new Set<string>()
  return parts.flatMap(({ id }, index) => {
    const isRepeated = id !== undefined && seen.has(id)
    if (id !== undefined) seen.add(id)
    return isRepeated ? [{ pointer: `${base}/${index}/id`, detail: 'This ID is used twice.', code: 'repeated' }] : []
  })
}

const labelFaults = (columns: NonNullable<NewBoard['columns']>): Fault[] =>
  columns.flatMap(({ type, labels }, index) =>
    labels !== undefined && !withLabels.includes(type)
      ? [{ pointer: `/columns/${index}/labels`, detail: 'Only status and dropdown columns have labels.', code: 'not-valid' }]
      : [],
  )

const localeFaults = (columns: NonNullable<NewBoard['columns']>): Fault[] =>
  columns.flatMap(({ type, locale }, index) =>
    locale !== undefined && type !== 'numbers'
      ? [{ pointer: `/columns/${index}/locale`, detail: 'Only numbers columns have a locale.', code: 'not-valid' }]
      : [],
  )

const typeFaults = (columns: NonNullable<NewBoard['columns']>, present: readonly BoardColumn[]): Fault[] =>
  columns.flatMap(({ id, type }, index) =>
    present.some((column) => column.id === id && column.type !== type)
      ? [{ pointer: `/columns/${index}/type`, detail: 'The type of a column cannot change. Create a new column.', code: 'not-valid' }]
      : [],
  )

/** Ids are made from titles, since people see them in recipes. */
function idsFor(parts: readonly { id?: string | undefined; title: string }[]): string[] {
  const taken = new Set(parts.flatMap(({ id }) => (id === undefined ? [] : [id])))
  return parts.map(({ id, title }) => {
    if (id !== undefined) return id
    const slug = slugOf(title)
    let free = slug
    for (let count = 2; taken.has(free); count += 1) free = `${slug}_${count}`
    taken.add(free)
    return free
  })
}

const slugOf = (title: string) =>
  title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .split('_')
    .filter((word) => word !== '')
    .join('_')
    .slice(0, 30) || 'part'
