// Why a board of monday.com did not take something, in words that its owner can act on. What is known of the board is read anew first.
import { NothingDone, type Refused } from '../board-target.ts'
import type { KnownBoard } from '../known-board-store.ts'
import { isReaction, MondayError } from './monday-error.ts'

type Asked = { group: string | null; columns: readonly string[] }

export const boardGone = (boardId: string): Refused => ({ refused: 'board-gone', params: { board: boardId } })

/** A group or a column that is named and not there. */
export function missingOn(board: KnownBoard, { group, columns }: Asked): Refused | undefined {
  if (group !== null && !board.groups.some(({ id }) => id === group)) return { refused: 'group-gone', params: { board: board.name, group } }
  const column = columns.find((id) => id !== board.marker && !board.columns.some((each) => each.id === id))
  return column === undefined ? undefined : { refused: 'column-gone', params: { board: board.name, column } }
}

/**
 * `read`: the board as it is now. What is about the board or the item is the owner's to mend. Whatever else has certainly done nothing
 * is thrown as that, and what may have done something as it is.
 */
export async function refusalFrom(
  error: unknown,
  asked: Asked,
  read: () => Promise<KnownBoard | undefined>,
  boardId: string,
): Promise<Refused> {
  if (isReaction(error, 'data')) return notTaken(error)
  if (!isReaction(error, 'configuration')) throw error
  const board = await read().catch((failure: unknown) => {
    throw new NothingDone(failure)
  })
  if (board === undefined) return boardGone(boardId)
  const missing = missingOn(board, asked)
  if (missing !== undefined) return missing
  // The column for references was deleted: the board is known anew, and the next attempt does without it.
  if (error.code === 'InvalidColumnIdException') throw new NothingDone(again(error))
  return { refused: 'board-not-yours', params: { board: board.name, code: error.code ?? '' } }
}

const notTaken = ({ code, columnId }: MondayError): Refused => ({
  refused: 'value-not-valid',
  params: { code: code ?? '', ...(columnId === undefined ? {} : { column: columnId }) },
})

/** 404 is tried again a few times (see jobs/retry.ts). */
const again = ({ code = '' }: MondayError) => new MondayError('configuration', { status: 404, code })
