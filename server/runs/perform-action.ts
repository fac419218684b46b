// One action on a built-in board: the write and the end of the action commit together, under the fence of the claim.
import type { PlannedFind, PlannedItem } from '../../recipes/plan.ts'
import type { AttachmentSummary } from '../../recipes/message.ts'
import type { NewItemOnBoard, Refused, Source, Written } from '../boards/board-target.ts'
import { addBuiltInUpdate, createBuiltInItem, findItemByColumn, findItemByConversation, holdFind } from '../boards/built-in/write.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { type Plan, storedPlan } from './plan.ts'
import { endAction, holdRun, isStillWanted, noteOnRun } from './run-store.ts'
import { type ActionRow, oneClickVersion, type Reason, type RunRow } from './run.ts'

type Notes = Record<string, unknown>
type Doing = { run: RunRow; action: ActionRow; notes: Notes; jobLeaseMs: number }
type End = { end: 'lost' | 'cancelled' | 'skipped' } | { end: 'done'; notes: Notes } | { end: 'refused'; reason: Reason }

export async function performAction(trx: Db, { run, action, notes, jobLeaseMs }: Doing): Promise<End> {
  if (!(await holdRun(trx, run, jobLeaseMs))) return { end: 'lost' }
  // A recipe that is switched off writes nothing from then on, also where its run had begun to wait before.
  if (run.recipe_version !== oneClickVersion && !(await isStillWanted(trx, run.recipe_id))) return { end: 'cancelled' }
  const plan = storedPlan.parse(action.plan)
  const written = await write(trx, run, plan)
  if (written === undefined) {
    await endAction(trx, action, { outcome: 'skipped' })
    return { end: 'skipped' }
  }
  if ('refused' in written) {
    await endAction(trx, action, { outcome: 'failed' })
    return { end: 'refused', reason: { code: written.refused, params: written.params } }
  }
  await endAction(trx, action, {
    outcome: 'done',
    item_id: written.itemId,
    item_version: written.itemVersion,
    update_id: written.updateId,
    made_item: written.madeItem,
  })
  const noted = withNotes(notes, written, plan)
  if (noted !== notes) await noteOnRun(trx, run, noted)
  await announceWritten(trx, run, written)
  return { end: 'done', notes: noted }
}

/** undefined: there is nothing to do, and that is what the recipe says. */
async function write(trx: Db, run: RunRow, { action, files }: Plan): Promise<Written | Refused | undefined> {
  const owner = { tenantId: run.tenant_id, personId: run.person_id }
  const source = sourceOf(run)
  if (action.kind === 'set-columns' || action.kind === 'send-mail') return notYet(action.kind)
  if (action.board.target !== 'built-in') return { refused: 'board-gone', params: { target: action.board.target } }
  if (action.kind === 'create-item') return createBuiltInItem(trx, owner, itemOn(action, files, source))
  const found = await find(trx, owner, action.board.id, action.find)
  if ('refused' in found) return found
  if (found.itemId !== undefined) {
    const taken = action.attachments === 'files' ? files : []
    return addBuiltInUpdate(trx, owner, { itemId: found.itemId, html: action.body.html, files: taken, source })
  }
  if (action.otherwise === 'skip') return undefined
  const { create } = action.otherwise
  if (create.board.target !== 'built-in') return { refused: 'board-gone', params: { target: create.board.target } }
  return createBuiltInItem(trx, owner, itemOn(create, files, source))
}

async function find(trx: Db, owner: Actor, boardId: string, by: PlannedFind): Promise<{ itemId: string | undefined } | Refused> {
  await holdFind(trx, owner, boardId, by.by === 'column' ? `${by.column}=${by.value}` : by.conversationId)
  if (by.by === 'column') return findItemByColumn(trx, owner, { boardId, column: by.column, value: by.value })
  return { itemId: await findItemByConversation(trx, owner, boardId, by.conversationId) }
}

const itemOn = (item: PlannedItem, files: AttachmentSummary[], source: Source): NewItemOnBoard => ({
  boardId: item.board.id,
  ...(item.group === undefined ? {} : { group: item.group }),
  name: item.name,
  columns: item.columns,
  ...(item.update === undefined ? {} : { update: item.update }),
  files: item.attachments === 'files' ? files : [],
  source,
})

/** No recipe with such an action can be saved yet; one that is there all the same is shown to its owner. */
const notYet = (kind: string): Refused => ({ refused: 'value-not-valid', params: { action: kind } })

const sourceOf = (run: RunRow): Source => ({
  messageId: run.message_id,
  conversationId: run.conversation_id,
  internetMessageId: run.internet_message_id,
  recipeId: run.recipe_id,
  runId: run.id,
})

/** What could not be kept whole, over all actions of the run. */
function withNotes(notes: Notes, { leftOut, cut }: Written, { action }: Plan): Notes {
  const both = { leftOut: joined(notes['leftOut'], leftOut), cut: joined(notes['cut'], [...action.cut, ...cut]) }
  const some = Object.entries(both).filter(([, names]) => names.length > 0)
  return some.length === 0 ? notes : { ...notes, ...Object.fromEntries(some) }
}

const joined = (before: unknown, more: readonly string[]): string[] => [
  ...new Set([...(Array.isArray(before) ? before.filter((each) => typeof each === 'string') : []), ...more]),
]

async function announceWritten(trx: Db, run: RunRow, { itemId, updateId, audience }: Written): Promise<void> {
  const to = { tenantId: run.tenant_id, personId: audience }
  await announce(trx, { ...to, kind: 'item', id: itemId })
  if (updateId !== null) await announce(trx, { ...to, kind: 'update', id: updateId })
}
