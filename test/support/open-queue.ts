import type { OpenDatabase } from '../../server/database/database.ts'
import type { InTransaction } from '../../server/database/schema.ts'
import { allDueRows } from '../../server/due-rows.ts'
import { openInbox } from '../../server/inbox/inbox.ts'
import { openDueRows } from '../../server/jobs/claim-store.ts'
import type { AllDueRows } from '../../server/jobs/due-rows.ts'
import { openPresence } from '../../server/jobs/presence.ts'
import { openQueue, type Queue } from '../../server/jobs/queue.ts'
import { asSystem } from '../../server/people/unit-of-work.ts'

type Asked = { jobLeaseMs?: number; retryBaseMs?: number; all?: AllDueRows }

/** The queues of a database as the server opens them. */
export async function openQueueOn(
  database: OpenDatabase,
  { jobLeaseMs = 120_000, retryBaseMs = 1000, all = allDueRows }: Asked = {},
): Promise<Queue> {
  const inTransaction: InTransaction = (work) => asSystem(database.db, work)
  const presence = await openPresence(database, inTransaction)
  const options = { leaseMs: jobLeaseMs, retryBaseMs, isAlone: database.kind === 'embedded', worker: presence.worker }
  const inbox = openInbox(inTransaction, options)
  const dueRows = openDueRows(inTransaction, all, options)
  const queue = openQueue({ database, inTransaction, inbox, dueRows, presence, jobLeaseMs, retryBaseMs })
  return {
    ...queue,
    async stop() {
      await queue.stop()
      await presence.stop()
    },
  }
}
