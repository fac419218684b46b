// The inbox as the worker sees it: the queue of mails.
import type { InTransaction } from '../database/schema.ts'
import type { RowQueue } from '../jobs/row-queue.ts'
import { type InboxOptions, lockClaims, openMessageClaims, queuedMessages } from './claim-store.ts'
import { suspectMessages } from './suspect-messages.ts'

export const openInbox = (inTransaction: InTransaction, options: InboxOptions): RowQueue => ({
  source: openMessageClaims(inTransaction, options),
  suspects: suspectMessages(options),
  lockClaims: async (trx) => (options.isAlone ? undefined : lockClaims(trx)),
  count: () => queuedMessages(inTransaction),
})
