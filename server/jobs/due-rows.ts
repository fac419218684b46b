// A row that is due is a job: a run that waits, a mailbox to be listed, a subscription to be renewed. Its own table says when, and
// the folder that writes that table says so here. Who works on it is a row of `claims` (see claim-store.ts) for as long as that takes.
// A claim moves the time of its row ahead, so that whoever asks for the same work meanwhile has it done once more.
import { type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { DueQueue } from './job-data.ts'

type Trx = Transaction<Schema>

/** `group`: of one group one row is worked on at a time. */
export type DueRow = { key: string; group: string }
export type IsFree = (key: RawBuilder<unknown>, group: RawBuilder<unknown>) => RawBuilder<SqlBool>

export type DueRows = {
  /**
   * Rows that are due and free, found by index, those that have waited longest first. Locked `for no key update`, which passes over
   * those that are being changed, and not over those that only something else refers to.
   */
  find(trx: Trx, most: number, isFree: IsFree): Promise<DueRow[]>
  /** To when they are due again although their jobs have not said when, or never. */
  moveAhead(trx: Trx, keys: string[]): Promise<void>
  /** They are due in so many seconds, or earlier where somebody has asked for that. Gives those for which there is still something to do. */
  putBack(trx: Trx, keys: string[], seconds: number): Promise<string[]>
  /** When the row with this key is due. null: there is nothing to do for it. */
  dueAt(key: RawBuilder<unknown>): RawBuilder<Date | null>
  /** The keys of all rows that wait. */
  waiting: RawBuilder<{ key: string }>
}

/** `isAlone`: no other process takes from these queues. `worker`: whose the claims are (see presence.ts). */
export type ClaimOptions = { leaseMs: number; retryBaseMs: number; isAlone: boolean; worker: number | null }
export type AllDueRows = Record<DueQueue, DueRows>

export const leaseEnd = ({ leaseMs }: Pick<ClaimOptions, 'leaseMs'>) => inSeconds(leaseMs / 1000)

export const inSeconds = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds}::float8)`
