// One action on a built-in board: the write and the end of the action commit together, under the fence of the claim.
import type { Source } from '../boards/board-target.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { storedPlan } from './stored-plan.ts'
import { endAction, holdRun, noteOnRun } from '../runs/run-claim-store.ts'
import { stillWanted } from '../runs/run-store.ts'
import { type ActionRow, isOneClick, type Reason, type RunRow } from '../runs/run.ts'
import { columnsOf, type Notes, withNotes, wordsOf, writeAction } from './write-action.ts'

type Doing = { run: RunRow; action: ActionRow; notes: Notes; jobLeaseMs: number }
type End = { end: 'lost' | 'cancelled' | 'skipped' } | { end: 'done'; notes: Notes } | { end: 'refused'; reason: Reason }

export async function performAction(trx: Db, { run, action, notes, jobLeaseMs }: Doing): Promise<End> {
  // A recipe that is switched off writes nothing from then on, also where its run had begun to wait before. It is held before
  // the run, in the order in which a recipe that is deleted lets go of its runs.
  const wanted = await isWanted(trx, run)
  if (!(await holdRun(trx, run, jobLeaseMs))) return { end: 'lost' }
  if (!wanted) return { end: 'cancelled' }
  const plan = storedPlan.parse(action.plan)
  const owner = { tenantId: run.tenant_id, personId: run.person_id }
  const written = await writeAction(trx, { owner, source: sourceOf(run), plan })
  if (written === undefined) {
    await endAction(trx, action, { outcome: 'skipped' })
    return { end: 'skipped' }
  }
  if ('refused' in written) {
    await endAction(trx, action, { outcome: 'failed' })
    return { end: 'refused', reason: { code: written.refused, params: written.params } }
  }
  await endAction(trx, action, { outcome: 'done', ...columnsOf(written) })
  const noted = withNotes(notes, written, plan)
  if (noted !== notes) await noteOnRun(trx, run, noted)
  await announce(trx, ...wordsOf(owner, written))
  return { end: 'done', notes: noted }
}

async function isWanted(trx: Db, run: RunRow): Promise<boolean> {
  const { recipe_id: id } = run
  if (isOneClick(run)) return true
  return id !== null && (await stillWanted(trx, [id])).has(id)
}

const sourceOf = (run: RunRow): Source => ({
  messageId: run.message_id,
  conversationId: run.conversation_id,
  internetMessageId: run.internet_message_id,
  recipeId: run.recipe_id,
  runId: run.id,
})
