// Carries out what a run has planned, action by action, each in the transaction that ends it; then brings the files.
// Broken off anywhere, it goes on where it stopped.
import { ConnectionLost } from '../connections/access-token.ts'
import { metrics } from '../metrics.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { bringFiles } from './bring-files.ts'
import { performAction } from './perform-action.ts'
import { type Claim, claimRun, concludeRun, releaseRun } from '../runs/run-claim-store.ts'
import type { Reason, RunRow } from '../runs/run.ts'
import type { RunDeps } from '../runs/run-deps.ts'

/** 'busy': somebody else holds the run, perhaps a process that is gone; its lease tells. */
export async function performRun(deps: RunDeps, runId: string): Promise<'ended' | 'busy'> {
  const claim = await asSystem(deps.db, (trx) => claimRun(trx, runId, { leaseMs: deps.jobLeaseMs, worker: deps.worker }))
  if (typeof claim === 'string') return claim
  try {
    await carryOut(deps, claim)
  } catch (error) {
    if (!(error instanceof ConnectionLost)) {
      await asSystem(deps.db, (trx) => releaseRun(trx, claim.run))
      throw error
    }
    await conclude(deps, claim.run, 'waiting', { code: 'connection-lost' })
  }
  return 'ended'
}

async function carryOut(deps: RunDeps, { run, actions }: Claim): Promise<void> {
  const owner = ownerOf(run)
  const outcomes = actions.map(({ outcome }) => outcome)
  let notes = run.reason_params
  for (const [index, action] of actions.entries()) {
    if (action.outcome !== 'waiting') continue
    const end = await asPerson(deps.db, owner, (trx) => performAction(trx, { run, action, notes, jobLeaseMs: deps.jobLeaseMs }))
    if (end.end === 'lost') return
    if (end.end === 'cancelled') return conclude(deps, run, 'skipped', { code: 'cancelled-by-you' })
    if (end.end === 'refused') return conclude(deps, run, 'failed', end.reason)
    outcomes[index] = end.end
    if (end.end === 'done') notes = end.notes
  }
  const brought = await bringFiles(deps, run)
  if (brought === 'lost') return
  const isSkipped = outcomes.every((outcome) => outcome === 'skipped')
  await (isSkipped
    ? conclude(deps, run, 'skipped', { code: 'no-linked-item' })
    : conclude(deps, run, 'done', { code: 'done', params: { ...notes, ...(brought.length === 0 ? {} : { filesLeftOut: brought }) } }))
}

async function conclude(deps: RunDeps, run: RunRow, outcome: RunRow['outcome'], reason: Reason): Promise<void> {
  const isOurs = await asPerson(deps.db, ownerOf(run), (trx) => concludeRun(trx, run, outcome, reason))
  if (isOurs && outcome !== 'waiting') metrics.runs.inc({ outcome })
}

const ownerOf = (run: RunRow) => ({ tenantId: run.tenant_id, personId: run.person_id })
