// Takes back what a run made, all of it or nothing: what somebody has touched since is theirs by now.
import { takeBackItem, takeBackUpdate } from '../boards/built-in/take-back.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { findRun } from './run-list.ts'
import { endUndone } from './run-store.ts'
import { audienceOfItem } from './run-store.ts'
import type { ActionRow } from './run.ts'

/** In the caller's transaction: a Problem rolls back what was taken back before it. */
export async function undoRun(trx: Db, actor: Actor, id: string): Promise<void> {
  const run = await findRun(trx, actor, id)
  if (run.outcome === 'waiting') throw new Problem('run-not-finished', 'This run has not ended yet.')
  const actions = await trx
    .selectFrom('actions')
    .selectAll()
    .where('run_id', '=', run.id)
    .where('outcome', '=', 'done')
    .orderBy('ordinal', 'desc')
    .execute()
  if (actions.length === 0) throw new Problem('nothing-to-undo', 'This run has made nothing that is still there.')
  for (const action of actions) await takeBack(trx, actor, run.id, action)
  await endUndone(trx, run)
  await announce(trx, { tenantId: run.tenant_id, personId: run.person_id, kind: 'run', id: run.id })
}

async function takeBack(trx: Db, { tenantId }: Actor, runId: string, action: ActionRow): Promise<void> {
  const { item_id: itemId, update_id: updateId, item_version: version } = action
  // Who deleted the item has undone this action already.
  const audience = itemId === null ? undefined : await audienceOfItem(trx, itemId)
  if (itemId === null || audience === undefined) return
  if (action.made_item) {
    if (!(await takeBackItem(trx, { itemId, version: version ?? 1, runId })))
      throw new Problem('nothing-to-undo', 'The item has been changed or added to since. Delete it yourself if you no longer want it.', {
        errors: [{ pointer: `/actions/${action.ordinal}`, detail: `The item ${itemId} was touched.`, code: 'touched' }],
      })
  } else if (updateId !== null) await takeBackUpdate(trx, { updateId, runId })
  await announce(trx, { tenantId, ...audience, kind: 'item', id: itemId })
}
