// The queues: rows that are due. Code that makes a row due does so in the transaction that gives the reason, and wakes the workers.
import type { OpenDatabase } from '../database/database.ts'
import type { InTransaction } from '../database/schema.ts'
import { log } from '../log.ts'
import type { Handlers } from './attempt.ts'
import { type DueQueue, queueNames } from './job-data.ts'
import type { Presence } from './presence.ts'
import type { RowQueues } from './row-queues.ts'
import { openSuspects } from './suspects.ts'
import { wakeChannel } from './wake.ts'
import { startWorker, type Worker } from './worker.ts'

export type Queue = {
  /** Begins to work; a process that only answers HTTP never calls it. */
  start(handlers: Handlers): Promise<void>
  /** Takes no more jobs, lets those under way end, gives back what has not ended in time. */
  stop(): Promise<void>
  /** Jobs that wait or are in progress, by queue. */
  depth(): Promise<Record<string, number>>
}

export type QueueOptions = {
  database: Pick<OpenDatabase, 'kind' | 'listen'>
  inTransaction: InTransaction
  inbox: RowQueues<'message'>
  dueRows: RowQueues<DueQueue>
  presence: Presence
  jobLeaseMs: number
  retryBaseMs: number
}

export function openQueue({ database, inTransaction, inbox, dueRows, presence, jobLeaseMs, retryBaseMs }: QueueOptions): Queue {
  const isEmbedded = database.kind === 'embedded'
  let worker: Worker | undefined
  let unlisten: (() => void | Promise<void>) | undefined

  return {
    async start(handlers) {
      const suspects = openSuspects(inTransaction, { messages: inbox, dueRows })
      if (isEmbedded) await suspects.sweep('all')
      /** First the claims, then the number that they carry: broken off in between it is done once more. */
      const sweep = async () => {
        const gone = await presence.gone()
        const swept = await suspects.sweep(gone)
        if (gone.length === 0) return swept
        await presence.forget(gone)
        log.warn({ count: gone.length }, 'A process is gone, and what it had under way is taken over')
        return swept
      }
      worker = startWorker({
        handlers,
        sources: { ...inbox.sources, ...dueRows.sources },
        suspects,
        sweep,
        retryBaseMs,
        touchEveryMs: Math.min(jobLeaseMs / 3, 10_000),
        sweepEveryMs: Math.min(jobLeaseMs / 4, isEmbedded ? 1_000 : 500),
      })
      const { wake } = worker
      unlisten = await database.listen(wakeChannel, wake, () => queueNames.forEach(wake))
    },
    async stop() {
      await unlisten?.()
      await worker?.stop()
    },
    // Messages first, since one may leave its run to a job.
    depth: async () => ({ ...(await inbox.counts()), ...(await dueRows.counts()) }),
  }
}
