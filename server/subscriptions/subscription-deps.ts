import type { Database } from '../database/schema.ts'
import type { OpenMailbox } from '../graph/graph-client.ts'
import type { Queue } from '../jobs/queue.ts'

export type SubscriptionDeps = {
  db: Database
  queue: Pick<Queue, 'insert'>
  openMailbox: OpenMailbox
  publicUrl: string
  catchupIntervalMs: number
  catchupCallsPerSecond: number
  retryBaseMs: number
}
