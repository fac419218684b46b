// One action on a board that writes in transactions: the write and the end of the action commit together, under the fence of the claim.
import type { Refused, TransactionalTarget, Wanted } from '../boards/board-target.ts'
import type { Plan } from '../content/plan.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { endAction, holdRun, noteOnRun } from '../runs/run-claim-store.ts'
import type { ActionRow, RunRow } from '../runs/run.ts'
import { type End, isWanted, ownerOf } from './end.ts'
import { columnsOf, type Notes, withNotes, wordsOf } from './written.ts'

type Held = { run: RunRow; action: ActionRow; jobLeaseMs: number }
type Doing = Held & { notes: Notes; plan: Plan; target: TransactionalTarget; wanted: Wanted }

export async function performAction(trx: Db, { target, wanted, plan, notes, ...held }: Doing): Promise<End> {
  const { run, action } = held
  const stop = await whyNot(trx, held)
  if (stop !== undefined) return stop
  const owner = ownerOf(run)
  const written = await target.write(trx, owner, wanted)
  if (written === undefined) {
    await endAction(trx, action, { outcome: 'skipped' })
    return { end: 'skipped' }
  }
  if ('refused' in written) return fail(trx, action, written)
  await endAction(trx, action, { outcome: 'done', ...columnsOf(written) })
  const noted = withNotes(notes, written, plan)
  if (noted !== notes) await noteOnRun(trx, run, noted)
  await announce(trx, ...wordsOf(owner, written))
  return { end: 'done', notes: noted }
}

/** No board here can take it. */
export async function refuseAction(trx: Db, { refused, ...held }: Held & { refused: Refused }): Promise<End> {
  return (await whyNot(trx, held)) ?? fail(trx, held.action, refused)
}

async function whyNot(trx: Db, { run, jobLeaseMs }: Held): Promise<End | undefined> {
  const isOn = await isWanted(trx, run)
  if (!(await holdRun(trx, run, jobLeaseMs))) return { end: 'lost' }
  return isOn ? undefined : { end: 'cancelled' }
}

async function fail(trx: Db, action: ActionRow, { refused: code, params }: Refused): Promise<End> {
  await endAction(trx, action, { outcome: 'failed' })
  return { end: 'refused', reason: { code, params } }
}
