import type { Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { QueueName } from './job-data.ts'
import type { Source } from './source.ts'
import type { SuspectsOfQueues } from './suspects.ts'

/** Queues whose jobs are rows of tables: a row that is due is a job. */
export type RowQueues<Name extends QueueName> = {
  sources: Record<Name, Source>
  suspects: SuspectsOfQueues
  /** Makes claims wait for each other. */
  lockClaims(trx: Transaction<Schema>): Promise<void>
  /** Jobs that wait or are in progress. */
  counts(): Promise<Record<Name, number>>
}
