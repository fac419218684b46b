// Which rows are the jobs of which queue.
import { dueDisconnections } from './connections/due-disconnections.ts'
import type { AllDueRows } from './jobs/due-rows.ts'
import { dueCatchUps, dueSubscriptions } from './mailboxes/due-mailboxes.ts'
import { dueRuns } from './runs/due-runs.ts'
import { dueRenewals } from './subscriptions/due-renewals.ts'

export const allDueRows: AllDueRows = {
  run: dueRuns,
  'catch-up': dueCatchUps,
  subscribe: dueSubscriptions,
  renew: dueRenewals,
  disconnect: dueDisconnections,
}
