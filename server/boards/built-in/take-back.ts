// Undoing what a run made on a board of this server, where nobody has touched it since. An update counts for itself: others that
// follow on the same item are no part of it.
import { sql } from 'kysely'
import type { NotUndone } from '../../../contract/run.ts'
import type { Db } from '../../database/schema.ts'
import type { Actor } from '../../people/unit-of-work.ts'
import { audienceOf } from '../board.ts'
import { holdBoard } from '../board-store.ts'
import type { Made, TakenBack } from '../board-target.ts'

export async function takeBack(trx: Db, actor: Actor, made: Made): Promise<TakenBack> {
  const item = await trx.selectFrom('items').select('board_id').where('id', '=', made.itemId).executeTakeFirst()
  const board = item && (await holdBoard(trx, actor, item.board_id))
  if (board === undefined) return (await isUnseen(trx, made.itemId)) ? { stays: 'not-shared' } : 'gone'
  const code = made.madeItem ? await whyItemStays(trx, made) : await whyUpdateStays(trx, made)
  return code === undefined ? { audience: audienceOf(board) } : { stays: code }
}

async function whyItemStays(trx: Db, made: Made): Promise<NotUndone['code'] | undefined> {
  // Held first: an update that is being added to it waits, and finds it gone.
  const item = await trx.selectFrom('items').select('id').where('id', '=', made.itemId).forUpdate().executeTakeFirst()
  if (item === undefined) return undefined
  if (await hasOthersUpdates(trx, made)) return 'added-to'
  return (await takeBackItem(trx, made)) ? undefined : 'touched'
}

async function whyUpdateStays(trx: Db, { updateId, runId }: Made): Promise<NotUndone['code'] | undefined> {
  if (updateId === null || (await takeBackUpdate(trx, { updateId, runId }))) return undefined
  const update = await trx.selectFrom('updates').select('id').where('id', '=', updateId).executeTakeFirst()
  return update && 'touched'
}

async function isUnseen(trx: Db, itemId: string): Promise<boolean> {
  const { rows } = await sql<{ unseen: boolean }>`select is_item_of_tenant(${itemId}) as unseen`.execute(trx)
  return rows[0]?.unseen === true
}

/** False: it was changed, or somebody added to it. */
export async function takeBackItem(
  trx: Db,
  { itemId, itemVersion, runId }: Pick<Made, 'itemId' | 'itemVersion' | 'runId'>,
): Promise<boolean> {
  if (await hasOthersUpdates(trx, { itemId, runId })) return false
  const deleted = await trx
    .deleteFrom('items')
    .where('id', '=', itemId)
    .where('version', '=', itemVersion ?? 1)
    .executeTakeFirst()
  return deleted.numDeletedRows > 0n
}

async function hasOthersUpdates(trx: Db, { itemId, runId }: Pick<Made, 'itemId' | 'runId'>): Promise<boolean> {
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
