import type { Database } from '../database/schema.ts'
import type { Graph } from '../graph/graph-client.ts'
import type { Queue } from '../jobs/queue.ts'

/** Why a mailbox is read: by itself for its owner's recipes, or because its owner asked at that moment. */
export type Purpose = 'recipes' | 'asked-by-owner'

export type RunDeps = {
  db: Database
  queue: Pick<Queue, 'insert'>
  openMailbox: (connectionId: string, purpose: Purpose) => Graph
  jobLeaseMs: number
  retryBaseMs: number
}
