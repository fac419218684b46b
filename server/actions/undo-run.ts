// Takes back what a run made, as far as nobody has touched it since: what somebody has changed or added to is theirs by now, and
// what stays is named with its reason.
import type { NotUndone } from '../../contract/run.ts'
import type { BoardTarget, TakenBack, Targets } from '../boards/board-target.ts'
import type { Database, Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { type Actor, asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { doneActions, endUndone, holdEnded } from '../runs/run-store.ts'
import { findRun } from '../runs/run-list.ts'
import type { ActionRow, RunRow } from '../runs/run.ts'
import { madeBy } from './written.ts'

type Deps = { db: Database; targets: Targets }
type Fate = { action: ActionRow; taken: TakenBack }

/** What could not be taken back. Where that is all of it, nothing is changed and a Problem says so. */
export async function undoRun(deps: Deps, actor: Actor, id: string): Promise<NotUndone[]> {
  const { actions } = await asPerson(deps.db, actor, (trx) => whatToUndo(trx, actor, id))
  // Boards elsewhere are asked before, with no transaction open. What is gone there is found gone by whoever undoes it once more.
  const remote = new Map<number, TakenBack>()
  for (const action of actions) {
    const taken = await takeBackRemote(deps.targets, actor, action)
    if (taken !== undefined) remote.set(action.ordinal, taken)
  }
  return asPerson(deps.db, actor, async (trx) => {
    const { run, actions } = await whatToUndo(trx, actor, id)
    const fates: Fate[] = []
    for (const action of actions)
      fates.push({ action, taken: remote.get(action.ordinal) ?? (await takeBackHere(trx, deps.targets, actor, action)) })
    return conclude(trx, actor, run, fates)
  })
}

/** Newest first: what builds on another is undone before it. */
async function whatToUndo(trx: Db, actor: Actor, id: string): Promise<{ run: RunRow; actions: ActionRow[] }> {
  const run = await findRun(trx, actor, id)
  if (run.outcome === 'waiting') throw new Problem('run-not-finished', 'This run has not ended yet.')
  await holdEnded(trx, run)
  const actions = await doneActions(trx, run)
  if (actions.length === 0) throw new Problem('nothing-to-undo', 'Nothing that this run created is left.')
  return { run, actions }
}

async function takeBackRemote(targets: Targets, actor: Actor, action: ActionRow): Promise<TakenBack | undefined> {
  const [target, made] = [targetOf(targets, action), madeBy(action)]
  return made !== undefined && target?.writes === 'remote' ? target.takeBack(actor, made) : undefined
}

async function takeBackHere(trx: Db, targets: Targets, actor: Actor, action: ActionRow): Promise<TakenBack> {
  const [target, made] = [targetOf(targets, action), madeBy(action)]
  if (made === undefined) return 'gone'
  // A board of a kind that this server has no more, or an action that ended in between.
  return target?.writes === 'transactional' ? target.takeBack(trx, actor, made) : { stays: 'not-shared' }
}

const targetOf = (targets: Targets, { target }: ActionRow): BoardTarget | undefined => targets.get(target)

async function conclude(trx: Db, actor: Actor, run: RunRow, fates: readonly Fate[]): Promise<NotUndone[]> {
  const errors = fates.flatMap(({ action, taken }) => (isLeft(taken) ? [errorOf(action, taken.stays)] : [])).toReversed()
  if (errors.length === fates.length) throw new Problem('nothing-to-undo', nothingUndone, { errors })
  const undone = fates.filter(({ taken }) => !isLeft(taken))
  await endUndone(
    trx,
    run,
    undone.map(({ action }) => action.ordinal),
    errors.length === 0,
  )
  for (const { action, taken } of undone) {
    if (typeof taken === 'object' && 'audience' in taken && action.item_id !== null)
      await announce(trx, { tenantId: actor.tenantId, personId: taken.audience, kind: 'item', id: action.item_id })
  }
  await announce(trx, { tenantId: run.tenant_id, personId: run.person_id, kind: 'run', id: run.id })
  return errors
}

const isLeft = (taken: TakenBack): taken is { stays: NotUndone['code'] } => typeof taken === 'object' && 'stays' in taken

const errorOf = ({ ordinal }: ActionRow, code: NotUndone['code']): NotUndone => ({
  pointer: `/actions/${ordinal}`,
  code,
  detail: details[code],
})

const nothingUndone = 'What this run created has been changed or added to since. If you no longer want it, delete it yourself.'

const details: Record<NotUndone['code'], string> = {
  touched: 'It has been changed since.',
  'added-to': 'Someone has added an update to the item since.',
  'not-shared': 'Its board is no longer shared with you.',
}
