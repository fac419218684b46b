// What a recipe, or what it has planned, leaves out on the boards as they are.
import { inWords, type LeftOut, oncePerPart } from '../../recipes/left-out.ts'
import type { BoardRef, RecipeBody } from '../../recipes/recipe.ts'
import { recipeWarnings as warningsOf, type Warning } from '../../recipes/warnings.ts'
import type { Db } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { findBoard } from './board-store.ts'
import { type StoredBoard, withTitle } from './board.ts'
import { cellsFromTexts, type Given } from './cells.ts'

/** By id. */
export type KnownBoards = ReadonlyMap<string, StoredBoard>

export async function boardsOf(db: Db, actor: Actor, { actions }: Pick<RecipeBody, 'actions'>): Promise<KnownBoards> {
  const named = actions.flatMap((action): BoardRef[] => {
    if (action.kind === 'send-mail' || action.board === undefined) return []
    return action.kind === 'add-update' && action.otherwise !== 'skip' ? [action.board, action.otherwise.create.board] : [action.board]
  })
  const known = new Map<string, StoredBoard>()
  for (const id of new Set(named.map((board) => board.id))) {
    const board = await findBoard(db, actor, id)
    if (board !== undefined) known.set(id, board)
  }
  return known
}

export async function recipeWarnings(db: Db, actor: Actor, recipe: Pick<RecipeBody, 'conditions' | 'actions'>): Promise<Warning[]> {
  const boards = await boardsOf(db, actor, recipe)
  return warningsOf(recipe, ({ id }) => boards.get(id)?.columns)
}

/** What an item that is planned would leave out, each part once. */
export function leftOutOn(boards: KnownBoards, boardId: string, given: Given, unread: readonly LeftOut[]) {
  const board = boards.get(boardId)
  const all = [...unread, ...(board === undefined ? [] : cellsFromTexts(board.columns, given).leftOut)]
  return oncePerPart(all).map((each) => inWords(board === undefined ? each : withTitle(each, board)))
}
