// What giving up asks of the database.
import { sql } from 'kysely'
import type { Db } from '../../database/schema.ts'
import type { Mailbox } from '../../mailboxes/mailbox-store.ts'
import { isOpen } from '../../runs/run-row-store.ts'

/**
 * Recipes that are on, and wanted this mail: they have taken it up, or were on when it was first seen. Graph gives whole seconds:
 * a mail of the second in which a recipe was switched on counts.
 */
export async function recipesThatWanted(
  trx: Db,
  { connectionId, personId }: Mailbox,
  messageId: string,
): Promise<{ id: string; version: number }[]> {
  const { rows } = await sql<{ id: string; version: number }>`
    select recipes.id, recipes.version from recipes
    left join runs on runs.recipe_key = recipes.id and runs.message_id = ${messageId}
    left join inbox_messages seen on seen.connection_id = ${connectionId} and seen.message_id = ${messageId}
    where recipes.person_id = ${personId} and recipes.enabled and recipes.trigger_kind = 'mail-received'
      and case when runs.id is null then date_trunc('second', recipes.enabled_at) <= coalesce(seen.seen_at, now()) else ${isOpen()} end
    order by recipes.created_at, recipes.id`.execute(trx)
  return rows
}
