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
