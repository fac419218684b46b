// The inbox as the worker sees it: the queue of mails.
import type { InTransaction } from '../database/schema.ts'
import type { RowQueue } from '../jobs/row-queue.ts'
import { lockClaims, openMessageClaims, queuedMessages } from './claim-store.ts'
import { suspectMessages } from './suspect-messages.ts'

/** `isAlone`: no other process takes from this inbox. */
export const openInbox = (inTransaction: InTransaction, { leaseMs, isAlone }: { leaseMs: number; isAlone: boolean }): RowQueue => ({
  source: openMessageClaims(inTransaction, { leaseMs, isAlone }),
  suspects: suspectMessages(leaseMs),
  lockClaims: async (trx) => (isAlone ? undefined : lockClaims(trx)),
  count: () => queuedMessages(inTransaction),
})
