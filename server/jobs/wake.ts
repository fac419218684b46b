// A word to the workers that there is something to do. It travels with the transaction; polling finds what a word has missed.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { QueueName } from './job-data.ts'

export const wakeChannel = 'mailboard_jobs'

export const wakeWorkers = (trx: Transaction<Schema>, name: QueueName): Promise<void> =>
  sendAhead(trx, sql`select pg_notify(${wakeChannel}, ${name})`)
