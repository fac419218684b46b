// Graph takes four calls at once for a mailbox, whichever processes make them. Jobs about its mails hold two of them at
// most (see jobs/job-data.ts); whoever asks beside them, a listing or its owner at this moment, takes turns for a third.
import type { Database } from '../database/schema.ts'
import { withLease } from '../database/leases.ts'

/** Whoever takes longer is joined by the next; Graph tells when that is one call too many. */
const leaseSeconds = 30

/** `work` must make its calls one after the other. */
export const atSpareTurn = <Result>(db: Database, connectionId: string, work: () => Promise<Result>): Promise<Result> =>
  withLease(db, `spare-turn:${connectionId}`, leaseSeconds, work)
