// The inbox: ids of messages that were announced or listed, each once. What is queued is a job by itself (see
// claim-store.ts), so that no id is kept without one and none is worked on twice.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { wakeWorkers } from '../jobs/wake.ts'

export type AnnouncedMessage = { connectionId: string; tenantId: string; messageId: string }

/**
 * Gives how many were queued; those of a mailbox are taken up in the order in which they stand here. What is treated stays;
 * what was absent or parked is queued again. What is under way and announced once more is looked at once more after that: who
 * has it may just have read where the mail lay before.
 */
export async function keepMessages(
  trx: Transaction<Schema>,
  announced: AnnouncedMessage[],
  source: keyof typeof takenUpAgain,
): Promise<number> {
  const messages = [...new Map(announced.map((message) => [keyOf(message), message])).values()]
  if (messages.length === 0) return 0
  // Sorted, so that two transactions with the same messages wait for each other and never both.
  const { numAffectedRows = 0n } = await sql`
    insert into inbox_messages (connection_id, message_id, tenant_id, state, source, due_at)
    select given.connection_id, given.message_id, given.tenant_id, 'queued', ${source}, now() + (place - ${messages.length}) * interval '1 microsecond'
    from unnest(
      ${messages.map(({ connectionId }) => connectionId)}::uuid[],
      ${messages.map(({ messageId }) => messageId)}::text[],
      ${messages.map(({ tenantId }) => tenantId)}::uuid[]
    ) with ordinality as given (connection_id, message_id, tenant_id, place)
    order by given.connection_id, given.message_id
    on conflict (connection_id, message_id) do update set state = 'queued', treated_at = null,
      due_at = case when inbox_messages.state = 'queued' then inbox_messages.due_at else excluded.due_at end,
      again = inbox_messages.state = 'queued'
    where inbox_messages.state = any(${takenUpAgain[source]}::text[])
      and (inbox_messages.state <> 'queued' or inbox_messages.claim is not null)`.execute(trx)
  if (numAffectedRows > 0n) await wakeWorkers(trx, 'message')
  return Number(numAffectedRows)
}

/** In which state a mail that is known is looked at once more, by who says that it is there. */
const takenUpAgain = { notification: ['queued', 'absent', 'parked'], 'catch-up': ['absent', 'parked'] }

/** What Graph may take for an id of a message, and the database for text. */
export const isMessageId = (id: unknown): id is string =>
  typeof id === 'string' && id.length > 0 && id.length <= 1000 && !/\p{Cc}/u.test(id) && id.isWellFormed()

const keyOf = ({ connectionId, messageId }: Pick<AnnouncedMessage, 'connectionId' | 'messageId'>) => `${connectionId}/${messageId}`
