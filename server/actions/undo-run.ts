// Takes back what a run made, as far as nobody has touched it since: what somebody has changed or added to is theirs by now, and
// what stays is named with its reason. An update counts for itself: others that follow on the same item are no part of it.
import { sql } from 'kysely'
import type { NotUndone } from '../../contract/run.ts'
import { holdBoard } from '../boards/board-store.ts'
import { audienceOf } from '../boards/board.ts'
import { hasOthersUpdates, takeBackItem, takeBackUpdate } from '../boards/built-in/take-back.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { findRun } from '../runs/run-list.ts'
import { endUndone, holdEnded } from '../runs/run-store.ts'
import type { ActionRow } from '../runs/run.ts'

/** What could not be taken back. Where that is all of it, nothing is changed and a Problem says so. */
export async function undoRun(trx: Db, actor: Actor, id: string): Promise<NotUndone[]> {
  const run = await findRun(trx, actor, id)
  if (run.outcome === 'waiting') throw new Problem('run-not-finished', 'This run has not ended yet.')
  await holdEnded(trx, run)
  const actions = await trx
    .selectFrom('actions')
    .selectAll()
    .where('run_id', '=', run.id)
    .where('outcome', '=', 'done')
    .orderBy('ordinal', 'desc')
    .execute()
  if (actions.length === 0) throw new Problem('nothing-to-undo', 'Nothing that this run created is left.')
  const left: { action: ActionRow; because: NotUndone }[] = []
  for (const action of actions) {
    const code = await takeBack(trx, actor, run.id, action)
    if (code !== undefined) left.push({ action, because: { pointer: `/actions/${action.ordinal}`, code, detail: details[code] } })
  }
  const errors = left.map(({ because }) => because).toReversed()
  if (left.length === actions.length) throw new Problem('nothing-to-undo', nothingUndone, { errors })
  const undone = actions.filter((action) => !left.some((each) => each.action === action))
  await endUndone(
    trx,
    run,
    undone.map(({ ordinal }) => ordinal),
    errors.length === 0,
  )
  await announce(trx, { tenantId: run.tenant_id, personId: run.person_id, kind: 'run', id: run.id })
  return errors
}

const nothingUndone = 'What this run created has been changed or added to since. If you no longer want it, delete it yourself.'

const details: Record<NotUndone['code'], string> = {
  touched: 'It has been changed since.',
  'added-to': 'Someone has added an update to the item since.',
  'not-shared': 'Its board is no longer shared with you.',
}

/** undefined: it is taken back, or somebody has deleted it before. */
async function takeBack(trx: Db, actor: Actor, runId: string, action: ActionRow): Promise<NotUndone['code'] | undefined> {
  const { item_id: itemId, update_id: updateId, item_version: version } = action
  if (itemId === null) return undefined
  const item = await trx.selectFrom('items').select('board_id').where('id', '=', itemId).executeTakeFirst()
  const board = item && (await holdBoard(trx, actor, item.board_id))
  if (board === undefined) return (await isUnseen(trx, itemId)) ? 'not-shared' : undefined
  const code = action.made_item
    ? await whyItemStays(trx, { itemId, version: version ?? 1, runId })
    : await whyUpdateStays(trx, { updateId, runId })
  if (code === undefined) await announce(trx, { tenantId: actor.tenantId, personId: audienceOf(board), kind: 'item', id: itemId })
  return code
}

type Made = { itemId: string; version: number; runId: string }

async function whyItemStays(trx: Db, made: Made): Promise<NotUndone['code'] | undefined> {
  // Held first: an update that is being added to it waits, and finds it gone.
  const item = await trx.selectFrom('items').select('id').where('id', '=', made.itemId).forUpdate().executeTakeFirst()
  if (item === undefined) return undefined
  if (await hasOthersUpdates(trx, made)) return 'added-to'
  return (await takeBackItem(trx, made)) ? undefined : 'touched'
}

type Added = { updateId: string | null; runId: string }

async function whyUpdateStays(trx: Db, { updateId, runId }: Added): Promise<NotUndone['code'] | undefined> {
  if (updateId === null || (await takeBackUpdate(trx, { updateId, runId }))) return undefined
  const update = await trx.selectFrom('updates').select('id').where('id', '=', updateId).executeTakeFirst()
  return update && 'touched'
}

async function isUnseen(trx: Db, itemId: string): Promise<boolean> {
  const { rows } = await sql<{ unseen: boolean }>`select is_item_of_tenant(${itemId}) as unseen`.execute(trx)
  return rows[0]?.unseen === true
}
