// Undoing what a run made on a built-in board, where nobody has touched it since.
import type { Db } from '../../database/schema.ts'

/** False: it was changed, or somebody added to it. */
export async function takeBackItem(
  trx: Db,
  { itemId, version, runId }: { itemId: string; version: number; runId: string },
): Promise<boolean> {
  const addedSince = await trx
    .selectFrom('updates')
    .select('id')
    .where('item_id', '=', itemId)
    .where((where) => where.or([where('source_run_id', 'is', null), where('source_run_id', '!=', runId)]))
    .executeTakeFirst()
  if (addedSince !== undefined) return false
  const deleted = await trx.deleteFrom('items').where('id', '=', itemId).where('version', '=', version).executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

/** Its files go with it. */
export async function takeBackUpdate(trx: Db, { updateId, runId }: { updateId: string; runId: string }): Promise<boolean> {
  const deleted = await trx.deleteFrom('updates').where('id', '=', updateId).where('source_run_id', '=', runId).executeTakeFirst()
  return deleted.numDeletedRows > 0n
}
