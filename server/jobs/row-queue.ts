import type { Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { SuspectsOfQueue } from './suspects.ts'
import type { Source } from './worker.ts'

/** A queue whose jobs are rows of somebody's own table: a row that is due is a job. */
export type RowQueue = {
  source: Source
  suspects: SuspectsOfQueue
  /** Claims wait for each other. */
  lockClaims(trx: Transaction<Schema>): Promise<void>
  /** Jobs that wait or are under way. */
  count(): Promise<number>
}
