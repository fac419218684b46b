// What giving up asks of the database.
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
import type { Mailbox, MessageJob } from './mailbox-store.ts'
import { isOpen } from './run-row-store.ts'
import type { RunRow } from './run.ts'

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

/** Its owner may ask for it again: it is no longer blamed then, and one that ended its process is tried alone from the start. */
export async function endGivenUp(
  trx: Db,
  { connectionId, messageId, claim }: MessageJob,
  { isSuspect }: { isSuspect: boolean },
): Promise<void> {
  await sql`update inbox_messages set state = 'treated', treated_at = now(), claim = null, again = false, attempt = 1, misses = 0,
      alone = false, deaths = 0, lapses = 0, suspect = ${isSuspect}
    where connection_id = ${connectionId} and message_id = ${messageId} and claim = ${claim}`.execute(trx)
}

/** For its last change: whoever had it changes it no more. `isHolderDead`: nobody has it, whatever its lease says. */
export async function takeRun(trx: Db, runId: string, { isHolderDead }: { isHolderDead: boolean }): Promise<RunRow | undefined> {
  return trx
    .updateTable('runs')
    .set({ fence: sql`fence + 1`, lease_until: null })
    .where('id', '=', runId)
    .where('outcome', '=', 'waiting')
    .where(sql<boolean>`(${isHolderDead} or lease_until is null or lease_until < now())`)
    .returningAll()
    .executeTakeFirst()
}
