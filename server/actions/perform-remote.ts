// One action on a remote board: intent committed, call made, answer settled. Broken off anywhere, whoever holds the run next goes on
// from the intent. No transaction is open while the board is asked.
import { type Intent, NothingDone, type Refused, type RemoteTarget, type Wanted, type Written } from '../boards/board-target.ts'
import { linkRemoteMessage } from '../boards/link-store.ts'
import type { Plan } from '../content/plan.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { commitIntent, dropIntent, findIntent, keepAnswer, noteReadBack } from '../runs/intent-store.ts'
import { endAction, holdRun, noteOnRun } from '../runs/run-claim-store.ts'
import type { RunDeps } from '../runs/run-deps.ts'
import type { ActionRow, RunRow } from '../runs/run.ts'
import { type End, isWanted, originOf, ownerOf } from './end.ts'
import { nextStep, type Step } from './next-step.ts'
import { boardOf } from './wanted.ts'
import { columnsOf, type Notes, withNotes, wordsOf } from './written.ts'

type Doing = { run: RunRow; action: ActionRow; notes: Notes; plan: Plan; target: RemoteTarget; wanted: Wanted }

export async function performRemote(deps: RunDeps, doing: Doing): Promise<End> {
  const { run, action, target } = doing
  const { intent, isOurs, wanted } = await asPerson(deps.db, ownerOf(run), async (trx) => ({
    wanted: await isWanted(trx, run),
    isOurs: await holdRun(trx, run, deps.jobLeaseMs),
    intent: await findIntent(trx, action),
  }))
  if (!isOurs) return { end: 'lost' }
  const step = nextStep(intent, target.proof, wanted)
  if (typeof step === 'object') return { end: 'again', inSeconds: step.waitMs / 1000 }
  if (step === 'send' || step === 'send-anew' || intent === undefined) return step === 'cancel' ? cancelled(deps, doing) : send(deps, doing)
  return settle(deps, doing, intent, step)
}

async function settle(deps: RunDeps, doing: Doing, intent: Intent & { answer: Written | null }, step: Step): Promise<End> {
  const { run, action, target } = doing
  switch (step) {
    case 'adopt':
      return intent.answer === null ? { end: 'in-doubt' } : done(deps, doing, intent, intent.answer)
    case 'repeat':
      return call(deps, doing, intent, 'again')
    case 'read-back': {
      const [first, ...others] = await target.readBack(ownerOf(run), intent)
      if (first !== undefined) return done(deps, doing, intent, first, others)
      await held(deps, run, (trx) => noteReadBack(trx, action))
      return { end: 'again', inSeconds: 0 }
    }
    case 'cancel':
      return cancelled(deps, doing)
    default:
      return { end: 'in-doubt' }
  }
}

/** Prepared anew each time: nothing has been made by an earlier intent. */
async function send(deps: RunDeps, doing: Doing): Promise<End> {
  const { run, action, target, wanted } = doing
  const prepared = await target.prepare(ownerOf(run), wanted)
  if (prepared === undefined) return ended(deps, doing, 'skipped', { end: 'skipped' })
  if ('refused' in prepared) return refused(deps, doing, prepared)
  const intent = await held(deps, run, async (trx) =>
    (await isWanted(trx, run)) ? commitIntent(trx, run, action, prepared.request) : 'unwanted',
  )
  if (intent === 'lost') return { end: 'lost' }
  return intent === 'unwanted' ? cancelled(deps, doing) : call(deps, doing, intent, 'first')
}

/** That nothing was done by this call says nothing of an earlier one with the same key. */
async function call(deps: RunDeps, doing: Doing, intent: Intent, which: 'first' | 'again'): Promise<End> {
  const { run, action, target } = doing
  const answer = await target.send(ownerOf(run), intent).catch(async (error: unknown) => {
    if (!(error instanceof NothingDone)) throw error
    if (which === 'first') await held(deps, run, (trx) => dropIntent(trx, action))
    throw error.cause
  })
  return 'refused' in answer ? refused(deps, doing, answer) : done(deps, doing, intent, answer)
}

async function done(deps: RunDeps, doing: Doing, { key }: Intent, written: Written, others: Written[] = []): Promise<End> {
  const { run, action, target, plan, wanted } = doing
  const more = others.map(({ itemId }) => itemId)
  const noted = { ...withNotes(doing.notes, written, plan), ...(more.length === 0 ? {} : { others: more }) }
  const owner = ownerOf(run)
  const end = await held(deps, run, async (trx): Promise<End> => {
    await endAction(trx, action, { outcome: 'done', ...columnsOf(written) })
    await dropIntent(trx, action)
    const { itemId, madeItem } = written
    await linkRemoteMessage(trx, owner, { target: target.kind, boardId: boardOf(wanted, madeItem), itemId }, originOf(run))
    await noteOnRun(trx, run, noted)
    await announce(trx, ...wordsOf(owner, written))
    return { end: 'done', notes: noted }
  })
  if (end !== 'lost') return end
  // Whoever holds the run by now finds it as evidence.
  await asPerson(deps.db, owner, (trx) => keepAnswer(trx, action, key, written))
  return { end: 'lost' }
}

const refused = (deps: RunDeps, doing: Doing, { refused: code, params }: Refused) =>
  ended(deps, doing, 'failed', { end: 'refused', reason: { code, params } })

async function cancelled(deps: RunDeps, { run, action }: Doing): Promise<End> {
  await held(deps, run, (trx) => dropIntent(trx, action))
  return { end: 'cancelled' }
}

const ended = async (deps: RunDeps, { run, action }: Doing, outcome: 'skipped' | 'failed', end: End): Promise<End> => {
  const result = await held(deps, run, async (trx) => {
    await endAction(trx, action, { outcome })
    await dropIntent(trx, action)
    return end
  })
  return result === 'lost' ? { end: 'lost' } : result
}

/** Under the fence of the claim. */
function held<Result>(deps: RunDeps, run: RunRow, work: (trx: Db) => Promise<Result>): Promise<Result | 'lost'> {
  return asPerson(deps.db, ownerOf(run), async (trx) => ((await holdRun(trx, run, deps.jobLeaseMs)) ? work(trx) : 'lost'))
}
