// What a recipe, or what it has planned, leaves out on the boards as they are.
import { actions as actionKinds } from '../../recipes/actions/actions.ts'
import { inWords, type LeftOut, oncePerPart } from '../../recipes/left-out.ts'
import type { BoardRef } from '../../recipes/shape.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { recipeWarnings as warningsOf, type Warning } from '../../recipes/warnings.ts'
import type { Db } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'
import type { BoardShape, BoardTarget, Given, Targets } from './board-target.ts'
import { withTitle } from './board.ts'

/** By target and id. */
export type KnownBoards = ReadonlyMap<string, { board: BoardShape; target: BoardTarget }>

const nameOf = ({ target, id }: BoardRef) => `${target}/${id}`

export async function boardsOf(db: Db, targets: Targets, actor: Actor, { actions }: Pick<RecipeBody, 'actions'>): Promise<KnownBoards> {
  const named = actions.flatMap((action) => actionKinds.boards(action)).map(({ board }) => board)
  const known = new Map<string, { board: BoardShape; target: BoardTarget }>()
  for (const [name, { target: kind, id }] of new Map(named.map((ref) => [nameOf(ref), ref]))) {
    const target = targets.get(kind)
    const board = await target?.describe(db, actor, id)
    if (target !== undefined && board !== undefined) known.set(name, { board, target })
  }
  return known
}

export async function recipeWarnings(
  db: Db,
  targets: Targets,
  actor: Actor,
  recipe: Pick<RecipeBody, 'conditions' | 'actions'>,
): Promise<Warning[]> {
  const boards = await boardsOf(db, targets, actor, recipe)
  return warningsOf(recipe, (ref) => boards.get(nameOf(ref))?.board.columns)
}

/** What an item that is planned would leave out, each part once. */
export function leftOutOn(boards: KnownBoards, ref: BoardRef, given: Given, unread: readonly LeftOut[]) {
  const known = boards.get(nameOf(ref))
  const all = [...unread, ...(known === undefined ? [] : known.target.leftOut(known.board, given))]
  return oncePerPart(all).map((each) => inWords(known === undefined ? each : withTitle(each, known.board)))
}
