// Whether the boards, groups and columns that a recipe names are there and may be written to by its owner.
import { type Action, actions as actionKinds } from '../../recipes/actions/actions.ts'
import type { BoardUse, Place } from '../../recipes/board-use.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { triggers } from '../../recipes/triggers.ts'
import type { Db } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'
import type { Fault } from '../problem.ts'
import type { BoardShape, Targets } from './board-target.ts'

export async function recipeBoardFaults(
  db: Db,
  targets: Targets,
  actor: Actor,
  { trigger, actions }: Pick<RecipeBody, 'trigger' | 'actions'>,
): Promise<Fault[]> {
  const uses = [...triggers.boards(trigger), ...actions.flatMap((action, index) => actionKinds.boards(action, `/actions/${index}`))]
  const faults: Fault[] = [
    ...(triggers.isAwaited(trigger) ? [] : [notAvailable('/trigger/kind', 'This trigger')]),
    ...actions.flatMap((action, index) => kindFaults(action, `/actions/${index}`)),
  ]
  for (const use of uses) faults.push(...(await faultsOf(db, targets, actor, use)))
  return faults
}

export async function actionBoardFaults(db: Db, targets: Targets, actor: Actor, action: Action): Promise<Fault[]> {
  const faults = kindFaults(action, '')
  for (const use of actionKinds.boards(action)) faults.push(...(await faultsOf(db, targets, actor, use)))
  return faults
}

/** The language knows more than is carried out here: a recipe that could never run is not saved. */
const kindFaults = (action: Action, base: string): Fault[] =>
  actionKinds.isCarriedOut(action) ? [] : [notAvailable(`${base}/kind`, 'This action')]

const notAvailable = (pointer: string, what: string): Fault => ({
  pointer,
  detail: `${what} is not available here.`,
  code: 'not-available',
})

async function faultsOf(db: Db, targets: Targets, actor: Actor, use: BoardUse): Promise<Fault[]> {
  const target = targets.get(use.board.target)
  if (target === undefined)
    return [{ pointer: `${use.pointer}/target`, detail: 'This type of board is not available here.', code: 'target-not-available' }]
  const board = await target.describe(db, actor, use.board.id)
  if (board === undefined)
    return [{ pointer: `${use.pointer}/id`, detail: 'This board does not exist, or is not shared with you.', code: 'unknown-board' }]
  return [...missing(use.groups, board, 'group'), ...missing(use.columns, board, 'column')]
}

function missing(places: readonly Place[], board: BoardShape, part: 'group' | 'column'): Fault[] {
  const present = part === 'group' ? board.groups : board.columns
  return places
    .filter(({ id }) => !present.some((each) => each.id === id))
    .map(({ pointer }) => ({ pointer, detail: `The board “${board.name}” does not have this ${part}.`, code: `unknown-${part}` }))
}
