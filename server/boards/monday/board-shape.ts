// A board of monday.com as the recipe language sees it. Pure.
import { z } from 'zod'
import type { BoardColumn } from '../../../contract/board.ts'
import { columnLimits } from '../../../recipes/limits.ts'
import { type ColumnType, columnTypeNames } from '../../../recipes/column.ts'
import type { KnownBoard } from '../known-board-store.ts'
import type { AnsweredBoard } from './documents.ts'

/** The column that our items are found by: its id begins so, on whichever board. */
export const markerColumn = { id: 'mailboard_ref', title: 'Mailboard ref' } as const

type Column = AnsweredBoard['columns'][number]

export function boardFrom({
  id,
  name,
  groups,
  columns,
}: AnsweredBoard): Pick<KnownBoard, 'boardId' | 'name' | 'groups' | 'columns' | 'marker'> {
  const present = columns.filter(({ archived }) => !archived)
  return {
    boardId: id,
    name,
    groups: groups.filter(({ archived }) => archived !== true).map((group) => ({ id: group.id, title: group.title })),
    columns: present.filter((column) => !isMarker(column)).flatMap(columnFrom),
    marker: present.find(isMarker)?.id ?? null,
  }
}

const isMarker = ({ id, type }: Column) => type === 'text' && id.startsWith(markerColumn.id)

/** None of a type that recipes know nothing of, or that the API does not write: formulas, mirrors, what counts by itself. */
function columnFrom({ id, title, type, settings }: Column): BoardColumn[] {
  if (!isColumnType(type)) return []
  return [{ id, title, type, ...(type === 'status' || type === 'dropdown' ? { labels: labelsFrom(settings) } : {}) }]
}

const isColumnType = (type: string): type is ColumnType => columnTypeNames.some((known) => known === type)

const label = z.object({ label: z.string().optional(), name: z.string().optional(), is_deactivated: z.boolean().nullish() })
const someLabels = z.object({ labels: z.array(label) })

/** https://developer.monday.com/api-reference/docs/status. One that is longer than a recipe can write is none of ours. */
function labelsFrom(settings: unknown): string[] {
  const { data } = someLabels.safeParse(typeof settings === 'string' ? jsonOrNothing(settings) : settings)
  const texts = (data?.labels ?? [])
    .filter(({ is_deactivated: isOff }) => isOff !== true)
    .map(({ label: text, name }) => text ?? name ?? '')
  return [...new Set(texts)].filter((text) => text.trim() !== '' && text.length <= columnLimits.label)
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
