// The inbox as the worker sees it: the queue of mails.
import type { InTransaction } from '../database/schema.ts'
import type { RowQueues } from '../jobs/row-queues.ts'
import { type InboxOptions, lockClaims, openMessageClaims, queuedMessages } from './claim-store.ts'
import { suspectMessages } from './suspect-messages.ts'

export const openInbox = (inTransaction: InTransaction, options: InboxOptions): RowQueues<'message'> => ({
  sources: { message: openMessageClaims(inTransaction, options) },
  suspects: suspectMessages(options),
  lockClaims: async (trx) => (options.isAlone ? undefined : lockClaims(trx)),
  counts: async () => ({ message: await queuedMessages(inTransaction) }),
})
