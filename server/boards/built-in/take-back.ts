// Undoing what a run made on a built-in board, where nobody has touched it since.
import type { Db } from '../../database/schema.ts'

type Made = { itemId: string; version: number; runId: string }

/** False: it was changed, or somebody added to it. */
export async function takeBackItem(trx: Db, { itemId, version, runId }: Made): Promise<boolean> {
  if (await hasOthersUpdates(trx, { itemId, runId })) return false
  const deleted = await trx.deleteFrom('items').where('id', '=', itemId).where('version', '=', version).executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

export async function hasOthersUpdates(trx: Db, { itemId, runId }: Pick<Made, 'itemId' | 'runId'>): Promise<boolean> {
  const added = await trx
    .selectFrom('updates')
    .select('id')
    .where('item_id', '=', itemId)
    .where((where) => where.or([where('source_run_id', 'is', null), where('source_run_id', '!=', runId)]))
    .executeTakeFirst()
  return added !== undefined
}

/** Its files go with it. */
export async function takeBackUpdate(trx: Db, { updateId, runId }: { updateId: string; runId: string }): Promise<boolean> {
  const deleted = await trx.deleteFrom('updates').where('id', '=', updateId).where('source_run_id', '=', runId).executeTakeFirst()
  return deleted.numDeletedRows > 0n
}
