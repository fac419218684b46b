import { ProcessDied } from '../jobs/attempt.ts'
import { metrics } from '../metrics.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { reasonOfGivingUp } from '../runs/cause-of.ts'
import { concludeRun, takeRun } from '../runs/run-claim-store.ts'
import type { RunDeps } from '../runs/run-deps.ts'
import { ownerOf } from './end.ts'

/** There will be no further attempt at it, and its owner sees why. Of its plan nothing is loaded for that. */
export async function giveUpOnRun(deps: RunDeps, runId: string, error: unknown): Promise<void> {
  const run = await asSystem(deps.db, (trx) => takeRun(trx, runId, { isHolderDead: error instanceof ProcessDied }))
  if (run === undefined) return
  const isOurs = await asPerson(deps.db, ownerOf(run), (trx) => concludeRun(trx, run, 'needs-you', reasonOfGivingUp(error)))
  if (isOurs) metrics.runs.inc({ outcome: 'needs-you' })
}
