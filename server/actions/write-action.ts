// What an action writes to a built-in board, in the transaction of the caller. Nothing of the run itself is touched.
import type { AttachmentSummary } from '../../recipes/message.ts'
import { inWords } from '../../recipes/left-out.ts'
import type { PlannedFind } from '../../recipes/plan.ts'
import type { NewItemOnBoard, Refused, Source, Written } from '../boards/board-target.ts'
import { addBuiltInUpdate, createBuiltInItem, findItemByColumn, findItemByConversation, holdFind } from '../boards/built-in/write.ts'
import type { Plan, ReadyAction, ReadyItem } from '../content/plan.ts'
import type { Db } from '../database/schema.ts'
import type { Announcement } from '../live/live.ts'
import type { Actor } from '../people/unit-of-work.ts'

export type Writing = { owner: Actor; source: Source; plan: Plan }

/** undefined: there is nothing to do, and that is what the recipe says. */
export async function writeAction(trx: Db, { owner, source, plan: { action, files } }: Writing): Promise<Written | Refused | undefined> {
  if (action.kind === 'set-columns' || action.kind === 'send-mail') return notYet(action.kind)
  if (action.board.target !== 'built-in') return { refused: 'board-gone', params: { target: action.board.target } }
  if (action.kind === 'create-item') return createBuiltInItem(trx, owner, itemOn(action, action, { files, source }))
  const found = await find(trx, owner, action.board.id, action)
  if ('refused' in found) return found
  if (found.itemId !== undefined) {
    const taken = action.attachments === 'files' ? files : []
    const leftOut = action.leftOut.filter(({ part }) => part === 'body' || part === 'find')
    return addBuiltInUpdate(trx, owner, { itemId: found.itemId, body: action.body, leftOut, files: taken, source })
  }
  if (action.otherwise === 'skip') return undefined
  const { create } = action.otherwise
  if (create.board.target !== 'built-in') return { refused: 'board-gone', params: { target: create.board.target } }
  return createBuiltInItem(trx, owner, itemOn(create, action, { files, source }))
}

type Finding = { find: PlannedFind; timeZone: string }

async function find(
  trx: Db,
  owner: Actor,
  boardId: string,
  { find: by, timeZone }: Finding,
): Promise<{ itemId: string | undefined } | Refused> {
  await holdFind(trx, owner, boardId, by.by === 'column' ? `${by.column}=${by.value}` : by.conversationId)
  if (by.by === 'column') return findItemByColumn(trx, owner, { ...by, boardId, timeZone })
  return { itemId: await findItemByConversation(trx, owner, boardId, by.conversationId) }
}

type Brought = { files: AttachmentSummary[]; source: Source }

const itemOn = (item: ReadyItem, { timeZone, leftOut }: ReadyAction, { files, source }: Brought): NewItemOnBoard => ({
  boardId: item.board.id,
  ...(item.group === undefined ? {} : { group: item.group }),
  name: item.name,
  columns: item.columns,
  ...(item.values === undefined ? {} : { values: item.values }),
  timeZone,
  leftOut,
  ...(item.update === undefined ? {} : { update: item.update }),
  files: item.attachments === 'files' ? files : [],
  source,
})

/** No recipe with such an action can be saved yet; one that is there all the same is shown to its owner. */
const notYet = (kind: string): Refused => ({ refused: 'value-not-valid', params: { action: kind } })

export type Notes = Record<string, unknown>

/** What could not be kept whole, over all actions of the run. */
export function withNotes(notes: Notes, { leftOut, cut }: Written, { action }: Plan): Notes {
  const both = {
    leftOut: [...listed(notes['leftOut']), ...leftOut.map(inWords)],
    cut: [...new Set([...listed(notes['cut']), ...action.cut, ...cut])],
  }
  const some = Object.entries(both).filter(([, names]) => names.length > 0)
  return some.length === 0 ? notes : { ...notes, ...Object.fromEntries(some) }
}

const listed = (before: unknown): unknown[] => (Array.isArray(before) ? before : [])

export function wordsOf({ tenantId }: Actor, { itemId, updateId, audience }: Written): Announcement[] {
  const to = { tenantId, personId: audience }
  return [{ ...to, kind: 'item', id: itemId }, ...(updateId === null ? [] : [{ ...to, kind: 'update' as const, id: updateId }])]
}

export const columnsOf = ({ itemId, itemVersion, updateId, madeItem }: Written) => ({
  item_id: itemId,
  item_version: itemVersion,
  update_id: updateId,
  made_item: madeItem,
})
