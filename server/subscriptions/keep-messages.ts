// The inbox: ids of messages that were announced or listed, each once. What is new gets its job in the same transaction,
// so that no id is kept without one and none is worked on twice.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { Queue } from '../jobs/queue.ts'

export type AnnouncedMessage = { connectionId: string; tenantId: string; messageId: string }

/**
 * Gives how many were queued. What is treated stays; what was absent or parked is queued again. What is queued and announced
 * once more gets one more job, unless one waits: its own may just have read where the mail lay before. It starts a little
 * later, when that one has ended as a rule, and then finds nothing to do.
 */
export async function keepMessages(
  trx: Transaction<Schema>,
  queue: Pick<Queue, 'insert'>,
  announced: AnnouncedMessage[],
  source: 'notification' | 'catch-up',
): Promise<number> {
  const messages = [...new Map(announced.map((message) => [keyOf(message), message])).values()]
  if (messages.length === 0) return 0
  // Sorted, so that two transactions with the same messages wait for each other and never both.
  const { rows } = await sql<{ connection_id: string; message_id: string; repeats: boolean }>`
    insert into inbox_messages (connection_id, message_id, tenant_id, state, source)
    select given.connection_id, given.message_id, given.tenant_id, 'queued', ${source}
    from unnest(
      ${messages.map(({ connectionId }) => connectionId)}::uuid[],
      ${messages.map(({ messageId }) => messageId)}::text[],
      ${messages.map(({ tenantId }) => tenantId)}::uuid[]
    ) as given (connection_id, message_id, tenant_id)
    order by given.connection_id, given.message_id
    on conflict (connection_id, message_id) do update set state = 'queued', treated_at = null
    where inbox_messages.state = any(${again[source]}::text[])
    returning connection_id, message_id, xmax::text <> '0' and coalesce((
      select before.state = 'queued' from inbox_messages as before
      where before.connection_id = inbox_messages.connection_id and before.message_id = inbox_messages.message_id
    ), true) as repeats`.execute(trx)
  const queued = new Map(rows.map((row) => [keyOf({ connectionId: row.connection_id, messageId: row.message_id }), row.repeats]))
  await queue.insert(
    trx,
    'message',
    messages
      .filter((message) => queued.has(keyOf(message)))
      .map(({ connectionId, messageId }) => ({
        data: { connectionId, messageId },
        key: keyOf({ connectionId, messageId }),
        group: connectionId,
        ...(queued.get(keyOf({ connectionId, messageId })) ? { startAfterSeconds: repeatAfterSeconds } : {}),
      })),
    // A listing begins with the oldest.
    { inOrder: source === 'catch-up' },
  )
  return queued.size
}

const repeatAfterSeconds = 2

const again = { notification: ['queued', 'absent', 'parked'], 'catch-up': ['absent', 'parked'] }

/** What Graph may take for an id of a message, and the database for text. */
export const isMessageId = (id: unknown): id is string =>
  typeof id === 'string' && id.length > 0 && id.length <= 1000 && !/\p{Cc}/u.test(id) && id.isWellFormed()

const keyOf = ({ connectionId, messageId }: Pick<AnnouncedMessage, 'connectionId' | 'messageId'>) => `${connectionId}/${messageId}`
