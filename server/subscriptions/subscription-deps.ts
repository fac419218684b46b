import type { Config } from '../config.ts'
import type { Database } from '../database/schema.ts'
import type { Graph } from '../graph/graph-client.ts'
import type { Queue } from '../jobs/queue.ts'

export type SubscriptionDeps = {
  db: Database
  queue: Pick<Queue, 'insert'>
  config: Pick<Config, 'publicUrl' | 'catchupIntervalMs' | 'catchupCallsPerSecond' | 'retryBaseMs'>
  openMailbox: (connectionId: string) => Graph
}
