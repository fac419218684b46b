// What is known of a mail without asking Graph: the items that it or its conversation is linked to, and its runs.
import type { Insight } from '../../contract/run.ts'
import { itemUrl } from '../boards/item-store.ts'
import type { Db } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { notMatchedOf } from './check-store.ts'
import { runsShown } from './run.ts'

type Asked = { messageId: string; conversationId?: string | undefined; internetMessageId?: string | undefined; publicUrl: string }

const most = 50

/** The id that Office.js gives may not be the immutable one; what the sender chose, `internetMessageId`, only helps to show. */
export async function insightOf(db: Db, actor: Actor, asked: Asked): Promise<Insight> {
  const [links, runs] = [await linksOf(db, actor, asked), await runsOf(db, actor, asked)]
  const isThisMail = (row: { message_id: string; internet_message_id: string | null }) =>
    row.message_id === asked.messageId || (row.internet_message_id !== null && row.internet_message_id === asked.internetMessageId)
  const own = [...links, ...runs].find(isThisMail)
  const seen = new Set<string>()
  const items = links
    .toSorted((a, b) => Number(isThisMail(b)) - Number(isThisMail(a)))
    .filter(({ id }) => !seen.has(id) && seen.add(id))
    .map((row) => ({
      id: row.id,
      boardId: row.board_id,
      boardName: row.board_name,
      name: row.name,
      url: itemUrl(asked.publicUrl, row.id),
      createdAt: row.created_at.toISOString(),
      linkedBy: isThisMail(row) ? ('message' as const) : ('conversation' as const),
    }))
  const messageId = own?.message_id ?? asked.messageId
  return { messageId, items, runs: await runsShown(db, runs.filter(isThisMail)), notMatched: await notMatchedOf(db, actor, messageId) }
}

const linksOf = (db: Db, { tenantId, personId }: Actor, { messageId, conversationId, internetMessageId }: Asked) =>
  db
    .selectFrom('message_links')
    .innerJoin('items', 'items.id', 'message_links.item_id')
    .innerJoin('boards', 'boards.id', 'items.board_id')
    .select(['items.id', 'items.board_id', 'items.name', 'items.created_at', 'boards.name as board_name'])
    .select(['message_links.message_id', 'message_links.internet_message_id'])
    .where('message_links.person_id', '=', personId)
    .where('boards.tenant_id', '=', tenantId)
    .where((where) => where.or([where('boards.visibility', '=', 'tenant'), where('boards.person_id', '=', personId)]))
    .where((where) =>
      where.or([
        where('message_links.message_id', '=', messageId),
        ...(conversationId ? [where('message_links.conversation_id', '=', conversationId)] : []),
        ...(internetMessageId ? [where('message_links.internet_message_id', '=', internetMessageId)] : []),
      ]),
    )
    .orderBy('message_links.id', 'desc')
    .limit(most)
    .execute()

const runsOf = (db: Db, { personId }: Actor, { messageId, internetMessageId }: Asked) =>
  db
    .selectFrom('runs')
    .selectAll()
    .where('person_id', '=', personId)
    .where((where) =>
      where.or([where('message_id', '=', messageId), ...(internetMessageId ? [where('internet_message_id', '=', internetMessageId)] : [])]),
    )
    .orderBy('started_at', 'desc')
    .limit(most)
    .execute()
