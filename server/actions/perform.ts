// Carries out what a run has planned, action by action; then brings the files. Broken off anywhere, it goes on where it stopped.
import { ConnectionLost } from '../connections/access-token.ts'
import { metrics } from '../metrics.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { type Claim, claimRun, concludeRun, releaseRun } from '../runs/run-claim-store.ts'
import type { RunDeps } from '../runs/run-deps.ts'
import type { ActionRow, Reason, RunRow } from '../runs/run.ts'
import { bringFiles } from './bring-files.ts'
import { concludeFrom } from './conclude-from.ts'
import { type End, originOf, ownerOf } from './end.ts'
import { performAction, refuseAction } from './perform-action.ts'
import { performRemote } from './perform-remote.ts'
import { storedPlan } from './stored-plan.ts'
import { wantedFrom } from './wanted.ts'
import type { Notes } from './written.ts'

/** `busy`: somebody else holds the run, perhaps a process that is gone; its lease tells. A number: not settled yet, go on in so many seconds. */
export type Performed = 'ended' | 'busy' | { againInSeconds: number }

export async function performRun(deps: RunDeps, runId: string): Promise<Performed> {
  const claim = await asSystem(deps.db, (trx) => claimRun(trx, runId, { leaseMs: deps.jobLeaseMs, worker: deps.worker }))
  if (typeof claim === 'string') return claim
  try {
    return await carryOut(deps, claim)
  } catch (error) {
    if (!(error instanceof ConnectionLost)) {
      await asSystem(deps.db, (trx) => releaseRun(trx, claim.run))
      throw error
    }
    await conclude(deps, claim.run, 'waiting', { code: 'connection-lost' })
    return 'ended'
  }
}

async function carryOut(deps: RunDeps, { run, actions }: Claim): Promise<Performed> {
  const outcomes = actions.map(({ outcome }) => outcome)
  let notes = run.reason_params
  for (const [index, action] of actions.entries()) {
    if (action.outcome !== 'waiting') continue
    const end = await perform(deps, { run, action, notes })
    if (end.end === 'again') {
      await asSystem(deps.db, (trx) => releaseRun(trx, run))
      return { againInSeconds: end.inSeconds }
    }
    if (end.end === 'lost') return 'ended'
    if (end.end === 'cancelled') return conclude(deps, run, 'skipped', { code: 'cancelled-by-you' })
    if (end.end === 'refused') return conclude(deps, run, 'failed', end.reason)
    if (end.end === 'in-doubt') return conclude(deps, run, 'needs-you', { code: 'in-doubt', params: { ...notes, action: action.ordinal } })
    outcomes[index] = end.end
    if (end.end === 'done') notes = end.notes
  }
  const brought = await bringFiles(deps, run)
  if (brought === 'lost') return 'ended'
  const { outcome, reason } = concludeFrom(outcomes, notes, brought)
  return conclude(deps, run, outcome, reason)
}

type Doing = { run: RunRow; action: ActionRow; notes: Notes }

function perform(deps: RunDeps, doing: Doing): Promise<End> {
  const { run, action } = doing
  const plan = storedPlan.parse(action.plan)
  const found = wantedFrom(plan, deps.targets, originOf(run))
  const inTransaction = (work: Parameters<typeof asPerson<End>>[2]) => asPerson(deps.db, ownerOf(run), work)
  if ('refused' in found) return inTransaction((trx) => refuseAction(trx, { ...doing, jobLeaseMs: deps.jobLeaseMs, refused: found }))
  const { target, wanted } = found
  if (target.writes === 'remote') return performRemote(deps, { ...doing, plan, target, wanted })
  return inTransaction((trx) => performAction(trx, { ...doing, jobLeaseMs: deps.jobLeaseMs, plan, target, wanted }))
}

async function conclude(deps: RunDeps, run: RunRow, outcome: RunRow['outcome'], reason: Reason): Promise<'ended'> {
  const isOurs = await asPerson(deps.db, ownerOf(run), (trx) => concludeRun(trx, run, outcome, reason))
  if (isOurs && outcome !== 'waiting') metrics.runs.inc({ outcome })
  return 'ended'
}
