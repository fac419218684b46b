// Whether the boards, groups and columns that a recipe names are there and may be written to by its owner.
import { pointerOf } from '../../recipes/issue.ts'
import type { Action, BoardRef, NewItem, RecipeBody } from '../../recipes/recipe.ts'
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
  const uses = [
    ...('board' in trigger ? [triggerUse(trigger)] : []),
    ...actions.flatMap((action, index) => usesOf(action, `/actions/${index}`)),
  ]
  const faults: Fault[] = [
    ...(trigger.kind === 'mail-received' ? [] : [notAvailable('/trigger/kind', 'This trigger')]),
    ...actions.flatMap((action, index) => kindFaults(action, `/actions/${index}`)),
  ]
  for (const use of uses) faults.push(...(await faultsOf(db, targets, actor, use)))
  return faults
}

export async function actionBoardFaults(db: Db, targets: Targets, actor: Actor, action: Action): Promise<Fault[]> {
  const faults = kindFaults(action, '')
  for (const use of usesOf(action, '')) faults.push(...(await faultsOf(db, targets, actor, use)))
  return faults
}

/** The language knows more than is carried out here: a recipe that could never run is not saved. */
const kindFaults = ({ kind }: Action, base: string): Fault[] =>
  kind === 'create-item' || kind === 'add-update' ? [] : [notAvailable(`${base}/kind`, 'This action')]

const notAvailable = (pointer: string, what: string): Fault => ({
  pointer,
  detail: `${what} is not available here.`,
  code: 'not-available',
})

type Place = { id: string; pointer: string }
type Use = { board: BoardRef; pointer: string; groups: Place[]; columns: Place[] }

function usesOf(action: Action, base: string): Use[] {
  switch (action.kind) {
    case 'create-item':
      return [itemUse(action, base)]
    case 'add-update':
      return [
        { board: action.board, pointer: `${base}/board`, groups: [], columns: columnOfFind(action.find, base) },
        ...(action.otherwise === 'skip' ? [] : [itemUse(action.otherwise.create, `${base}/otherwise/create`)]),
      ]
    case 'set-columns':
      if (action.board === undefined) return []
      return [
        {
          board: action.board,
          pointer: `${base}/board`,
          groups: [],
          columns: [...columnOfFind(action.find, base), ...placesOf(action.columns, base)],
        },
      ]
    case 'send-mail':
      return []
  }
}

function triggerUse(trigger: Extract<RecipeBody['trigger'], { board: BoardRef }>): Use {
  const columns = 'column' in trigger ? [{ id: trigger.column, pointer: '/trigger/column' }] : []
  return { board: trigger.board, pointer: '/trigger/board', groups: [], columns }
}

const itemUse = (item: NewItem, base: string): Use => ({
  board: item.board,
  pointer: `${base}/board`,
  groups: item.group === undefined ? [] : [{ id: item.group, pointer: `${base}/group` }],
  columns: placesOf(item.columns ?? {}, base),
})

const placesOf = (columns: Record<string, string>, base: string): Place[] =>
  Object.keys(columns).map((id) => ({ id, pointer: base + pointerOf(['columns', id]) }))

const columnOfFind = (find: { by: string; column?: string }, base: string): Place[] =>
  find.column === undefined ? [] : [{ id: find.column, pointer: `${base}/find/column` }]

async function faultsOf(db: Db, targets: Targets, actor: Actor, use: Use): Promise<Fault[]> {
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
