// A board as the stores see it, and who may do what with it.
import { z } from 'zod'
import type { Board } from '../../contract/board.ts'
import { columnTypeNames } from '../../recipes/column.ts'
import { type LeftOut, leftOutCodes } from '../../recipes/left-out.ts'
import type { Actor } from '../people/unit-of-work.ts'
import type { BoardShape } from './board-target.ts'

export type StoredBoard = Board & { tenantId: string; ownerId: string | null }

/** An administrator of the tenant, beside what every actor is. */
export type BoardActor = Actor & { administers: boolean }

export const mayChange = (board: StoredBoard, actor: BoardActor): boolean => board.ownerId === actor.personId || actor.administers

/** Who hears of a change on it: null stands for the whole tenant. */
export const audienceOf = (board: StoredBoard): string | null => (board.visibility === 'tenant' ? null : board.ownerId)

/** With the name that people know the column by. */
export function withTitle<Part extends LeftOut>(leftOut: Part, board: Pick<BoardShape, 'columns'>): Part {
  const column = board.columns.find(({ id }) => leftOut.part === `columns.${id}`)
  return column === undefined ? leftOut : { ...leftOut, title: shortTitle(column.title) }
}

/** Fifty columns of five actions are said to be left out, on each item, run and try: their titles must not be most of the answer. */
const shortTitle = (title: string) => (title.length > 80 ? `${title.slice(0, 79).toWellFormed()}…` : title)

export const boardShown = ({ tenantId: _tenant, ownerId: _owner, ...board }: StoredBoard): Board => board

export const storedParts = z.object({
  groups: z.array(z.object({ id: z.string(), title: z.string() })),
  columns: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      type: z.enum(columnTypeNames),
      labels: z.array(z.string()).optional(),
      locale: z.string().optional(),
    }),
  ),
})

/** As an item keeps it. */
export const storedLeftOut = z.array(z.object({ part: z.string(), code: z.enum(leftOutCodes) }))
