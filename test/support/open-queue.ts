import type { OpenDatabase } from '../../server/database/database.ts'
import { openInbox } from '../../server/inbox/inbox.ts'
import { openPresence } from '../../server/jobs/presence.ts'
import { openQueue, type Queue, type QueueOptions } from '../../server/jobs/queue.ts'
import { asSystem } from '../../server/people/unit-of-work.ts'

type Asked = Partial<Pick<QueueOptions, 'jobLeaseMs' | 'retryBaseMs'>> & Pick<QueueOptions, 'works'>

/** The queues of a database as the server opens them. */
export async function openQueueOn(database: OpenDatabase, { jobLeaseMs = 120_000, retryBaseMs = 1000, works }: Asked): Promise<Queue> {
  const inTransaction: QueueOptions['asSystem'] = (work) => asSystem(database.db, work)
  const presence = await openPresence(database, inTransaction)
  const inbox = openInbox(inTransaction, { leaseMs: jobLeaseMs, isAlone: database.kind === 'embedded', worker: presence.worker })
  const queue = await openQueue({ database, asSystem: inTransaction, inbox, presence, jobLeaseMs, retryBaseMs, works })
  return {
    ...queue,
    async stop() {
      await queue.stop()
      await presence.stop()
    },
  }
}
