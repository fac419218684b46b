// Which item a mail and its conversation belong to, seen from one mailbox. An item of a remote board is known by its target and its
// id there.
import { sql } from 'kysely'
import { builtOnce } from '../database/built-once.ts'
import type { Db } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import { isUuid } from '../database/text.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { shareBoardAhead } from './board-store.ts'
import type { Origin, TargetKind } from './board-target.ts'

/** On a board of this server. */
export async function linkMessage(trx: Db, actor: Actor, itemId: string, origin: Origin): Promise<void> {
  await sendAhead(trx, insertingLink({ ...linkFrom(actor, origin), itemId }))
}

const linkFrom = ({ tenantId, personId }: Actor, { messageId, conversationId, internetMessageId }: Origin) => ({
  tenantId,
  personId,
  messageId,
  conversationId,
  internetMessageId,
})

const insertingLink = builtOnce((db, link: ReturnType<typeof linkFrom> & { itemId: string }) =>
  db
    .insertInto('message_links')
    .values({
      tenant_id: link.tenantId,
      person_id: link.personId,
      item_id: link.itemId,
      message_id: link.messageId,
      conversation_id: link.conversationId,
      internet_message_id: link.internetMessageId,
    })
    .onConflict((conflict) => conflict.columns(['person_id', 'item_id', 'message_id']).doNothing()),
)

export type RemoteItem = { target: TargetKind; boardId: string; itemId: string }

export async function linkRemoteMessage(trx: Db, actor: Actor, { target, boardId, itemId }: RemoteItem, origin: Origin): Promise<void> {
  const { tenantId, personId, messageId, conversationId, internetMessageId } = linkFrom(actor, origin)
  await sql`
    insert into message_links (tenant_id, person_id, target, remote_board_id, remote_item_id, message_id, conversation_id, internet_message_id)
    values (${tenantId}, ${personId}, ${target}, ${boardId}, ${itemId}, ${messageId}, ${conversationId}, ${internetMessageId})
    on conflict do nothing`.execute(trx)
}

/** The item that this person's mails of the conversation made or added to; the newest of several. It stays until the transaction ends. */
export async function findItemByConversation(trx: Db, actor: Actor, boardId: string, conversationId: string): Promise<string | undefined> {
  if (!isUuid(boardId) || conversationId === '') return undefined
  await shareBoardAhead(trx, actor, boardId)
  const row = await trx
    .selectFrom('message_links')
    .innerJoin('items', 'items.id', 'message_links.item_id')
    .select('items.id')
    .where('message_links.person_id', '=', actor.personId)
    .where('message_links.conversation_id', '=', conversationId)
    .where('items.board_id', '=', boardId)
    .orderBy('message_links.id', 'desc')
    .limit(1)
    .forKeyShare('items')
    .executeTakeFirst()
  return row?.id
}

type OnRemoteBoard = Pick<RemoteItem, 'target' | 'boardId'>

/** As above, on a board elsewhere. */
export async function findRemoteItemByConversation(
  db: Db,
  { personId }: Actor,
  { target, boardId }: OnRemoteBoard,
  conversationId: string,
): Promise<string | undefined> {
  if (conversationId === '') return undefined
  const row = await db
    .selectFrom('message_links')
    .select('remote_item_id')
    .where('person_id', '=', personId)
    .where('conversation_id', '=', conversationId)
    .where('target', '=', target)
    .where('remote_board_id', '=', boardId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.remote_item_id ?? undefined
}

/** It is gone there: mails of its conversations are linked to it no more. */
export async function unlinkRemoteItem(trx: Db, { personId }: Actor, { target, itemId }: Omit<RemoteItem, 'boardId'>): Promise<void> {
  await trx
    .deleteFrom('message_links')
    .where('person_id', '=', personId)
    .where('target', '=', target)
    .where('remote_item_id', '=', itemId)
    .execute()
}

/** Whether another run of the same conversation is writing to a board elsewhere. */
export async function isConversationUnderWay(db: Db, { personId }: Actor, runId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from runs own
      join runs other on other.person_id = own.person_id and other.conversation_id = own.conversation_id and other.id <> own.id
      join intents on intents.run_id = other.id
    where own.id = ${runId} and own.person_id = ${personId} limit 1`.execute(db)
  return rows.length > 0
}
