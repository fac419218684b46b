// One action on a remote board: intent committed, call made, answer settled. An action that takes several calls does so for each, and
// keeps what was made with the intent of the next. Broken off anywhere, whoever holds the run next goes on from the intent. No
// transaction is open while the board is asked.
import { type Intent, NothingDone, type Refused, type RemoteTarget, type Sent, type Wanted, type Written } from '../boards/board-target.ts'
import { linkRemoteMessage } from '../boards/link-store.ts'
import type { Plan } from '../content/plan.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { commitIntent, dropIntent, findIntent, keepAnswer, type KnownIntent, noteReadBack, withdrawIntent } from '../runs/intent-store.ts'
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
  if (step === 'send' || step === 'send-anew') return send(deps, doing, intent?.made == null ? await preparedFor(doing) : intent)
  return intent === undefined ? cancelled(deps, doing) : settle(deps, doing, intent, step)
}

async function settle(deps: RunDeps, doing: Doing, intent: KnownIntent, step: Step): Promise<End> {
  const { run, action, target } = doing
  switch (step) {
    case 'adopt':
      return intent.answer === null ? { end: 'in-doubt' } : went(deps, doing, intent, intent.answer)
    case 'repeat':
      return call(deps, doing, intent, 'again')
    case 'read-back': {
      const found = await target.readBack(ownerOf(run), intent)
      if (found === 'cannot-tell') return { end: 'in-doubt' }
      const [first, ...others] = found
      if (first !== undefined) return went(deps, doing, intent, first, others)
      await held(deps, run, (trx) => noteReadBack(trx, action))
      return { end: 'again', inSeconds: 0 }
    }
    case 'cancel':
      return unwanted(deps, doing, intent)
    default:
      return { end: 'in-doubt' }
  }
}

type Prepared = Awaited<ReturnType<RemoteTarget['prepare']>>

/** Anew each time: nothing has been made by an earlier intent. */
const preparedFor = ({ run, target, wanted }: Doing): Promise<Prepared> => target.prepare(ownerOf(run), wanted)

async function send(deps: RunDeps, doing: Doing, prepared: Prepared | KnownIntent): Promise<End> {
  const { run, action } = doing
  if (prepared === undefined) return ended(deps, doing, 'skipped', { end: 'skipped' })
  if ('refused' in prepared) return refused(deps, doing, prepared)
  const { request, made } = { made: null, ...prepared }
  const intent = await held(deps, run, async (trx) =>
    (await isWanted(trx, run)) ? commitIntent(trx, run, action, { request, made }) : 'unwanted',
  )
  if (intent === 'lost') return { end: 'lost' }
  return intent === 'unwanted' ? unwanted(deps, doing, 'key' in prepared ? prepared : undefined) : call(deps, doing, intent, 'first')
}

/** What earlier calls have made is what there is of it. */
const unwanted = (deps: RunDeps, doing: Doing, intent: Intent | undefined): Promise<End> =>
  intent?.made == null ? cancelled(deps, doing) : done(deps, doing, intent, intent.made)

/** That nothing was done by this call says nothing of an earlier one with the same key. */
async function call(deps: RunDeps, doing: Doing, intent: Intent, which: 'first' | 'again'): Promise<End> {
  const { run, action, target } = doing
  const answer = await target.send(ownerOf(run), intent).catch(async (error: unknown) => {
    if (!(error instanceof NothingDone)) throw error
    if (which === 'first') await held(deps, run, (trx) => withdrawIntent(trx, action))
    throw error.cause
  })
  return 'refused' in answer ? refused(deps, doing, answer) : went(deps, doing, intent, answer)
}

/** The next call is an intent of its own; without one the action has ended. */
async function went(deps: RunDeps, doing: Doing, intent: Intent, { next, ...written }: Sent, others: Written[] = []): Promise<End> {
  if (next === undefined) return done(deps, doing, intent, written, others)
  const { run, action } = doing
  const following = await held(deps, run, async (trx) =>
    (await isWanted(trx, run)) ? commitIntent(trx, run, action, { request: next, made: written }) : 'unwanted',
  )
  if (following === 'lost') return keepFor(deps, doing, intent, { ...written, next })
  return following === 'unwanted' ? done(deps, doing, intent, written, others) : call(deps, doing, following, 'first')
}

async function done(deps: RunDeps, doing: Doing, intent: Intent, written: Written, others: Written[] = []): Promise<End> {
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
  return end === 'lost' ? keepFor(deps, doing, intent, written) : end
}

/** Whoever holds the run by now finds it as evidence. */
async function keepFor(deps: RunDeps, { run, action }: Doing, { key }: Intent, answer: Sent): Promise<End> {
  await asPerson(deps.db, ownerOf(run), (trx) => keepAnswer(trx, action, key, answer))
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
