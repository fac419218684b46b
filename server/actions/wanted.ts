// What an action asks of a board: from the plan that was kept, in the words of the port. Pure.
import type { AttachmentSummary } from '../../recipes/message.ts'
import type { BoardTarget, NewItemOnBoard, Origin, Refused, Targets, Wanted } from '../boards/board-target.ts'
import type { Plan, ReadyAction, ReadyItem } from '../content/plan.ts'

type OnBoard = Extract<ReadyAction, { kind: 'create-item' | 'add-update' }>

/** The target of its board, and what is wanted there; or why there is none. */
export function wantedFrom({ action, files }: Plan, targets: Targets, origin: Origin): { target: BoardTarget; wanted: Wanted } | Refused {
  if (!isOnBoard(action)) return { refused: 'value-not-valid', params: { action: action.kind } }
  const target = targets.get(action.board.target)
  // A board of one kind cannot hold what is looked for on another.
  const other = action.kind === 'add-update' && action.otherwise !== 'skip' ? action.otherwise.create.board.target : action.board.target
  if (target === undefined || other !== action.board.target) return { refused: 'board-gone', params: { target: action.board.target } }
  return { target, wanted: onBoard(action, { files, origin }) }
}

/** No recipe with another action can be saved yet; one that is there all the same is shown to its owner. */
const isOnBoard = (action: ReadyAction): action is OnBoard => action.kind === 'create-item' || action.kind === 'add-update'

type Brought = { files: AttachmentSummary[]; origin: Origin }

function onBoard(action: OnBoard, { files, origin }: Brought): Wanted {
  if (action.kind === 'create-item') return { kind: 'create-item', item: itemOn(action, action, { files, origin }) }
  const { board, find, timeZone, body, otherwise } = action
  const leftOut = action.leftOut.filter(({ part }) => part === 'body' || part === 'find')
  return {
    kind: 'add-update',
    boardId: board.id,
    find,
    timeZone,
    update: { body, leftOut, files: action.attachments === 'files' ? files : [], origin },
    otherwise: otherwise === 'skip' ? 'skip' : { create: itemOn(otherwise.create, action, { files, origin }) },
  }
}

const itemOn = (item: ReadyItem, { timeZone, leftOut }: ReadyAction, { files, origin }: Brought): NewItemOnBoard => ({
  boardId: item.board.id,
  ...(item.group === undefined ? {} : { group: item.group }),
  name: item.name,
  columns: item.columns,
  ...(item.values === undefined ? {} : { values: item.values }),
  timeZone,
  leftOut,
  ...(item.update === undefined ? {} : { update: item.update }),
  files: item.attachments === 'files' ? files : [],
  origin,
})

/** The board that is written to. An update and the item instead of it may go to two boards of one kind. */
export const boardOf = (wanted: Wanted, madeItem: boolean): string => {
  if (wanted.kind === 'create-item') return wanted.item.boardId
  return madeItem && wanted.otherwise !== 'skip' ? wanted.otherwise.create.boardId : wanted.boardId
}
