// A row that is due is a job: a waiting run, a mailbox to list, a subscription to renew. Its own table holds the time, and the
// folder that writes that table describes its due rows with this type. While a worker has the job, `claims` has a row for it (see
// claim-store.ts). A claim moves the row's time ahead, so that a request for the same work in the meantime makes it due once more.
import { type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { DueQueue } from './job-data.ts'

type Trx = Transaction<Schema>

/** `group`: only one row of a group is in progress at a time. */
export type DueRow = { key: string; group: string }
export type IsFree = (key: RawBuilder<unknown>, group: RawBuilder<unknown>) => RawBuilder<SqlBool>

export type DueRows = {
  /**
   * Finds rows that are due and free by index, the longest waiting first. Locks them `for no key update`: this skips rows that another
   * transaction changes, but not rows that another transaction only refers to.
   */
  find(trx: Trx, most: number, isFree: IsFree): Promise<DueRow[]>
  /** Sets when they are due again if their jobs set no time themselves; null if never. */
  moveAhead(trx: Trx, keys: string[]): Promise<void>
  /** Makes them due in so many seconds, or earlier if someone has asked for that. Returns the keys that still have work. */
  putBack(trx: Trx, keys: string[], seconds: number): Promise<string[]>
  /** When the row with this key is due; null if it has no work. */
  dueAt(key: RawBuilder<unknown>): RawBuilder<Date | null>
  /** The keys of all rows that wait. */
  waiting: RawBuilder<{ key: string }>
}

/** `isAlone`: no other process claims from these queues. `worker`: the process that the claims belong to (see presence.ts). */
export type ClaimOptions = { leaseMs: number; retryBaseMs: number; isAlone: boolean; worker: number | null }
export type AllDueRows = Record<DueQueue, DueRows>

export const leaseEnd = ({ leaseMs }: Pick<ClaimOptions, 'leaseMs'>) => inSeconds(leaseMs / 1000)

export const inSeconds = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds}::float8)`
