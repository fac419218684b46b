// Undoing what a run made on a board of monday.com, where nobody has touched it since.
import type { Actor } from '../../people/unit-of-work.ts'
import type { Made, TakenBack } from '../board-target.ts'
import { mondayOf } from './boards.ts'
import type { Monday } from './monday-client.ts'
import { isReaction } from './monday-error.ts'
import type { MondayDeps } from './monday-deps.ts'

/** What the service does itself after a write, and the update that follows an item, change its time as well. */
const settledMs = 10_000
const mostUpdates = 100

export async function takeBack(deps: MondayDeps, actor: Actor, made: Made): Promise<TakenBack> {
  const monday = await mondayOf(deps, actor)
  const taken = made.madeItem ? takeBackItem(deps, monday, made) : takeBackUpdate(deps, monday, made)
  return taken.then(
    (result) => result ?? { audience: actor.personId },
    (error: unknown) => {
      if (!isReaction(error, 'configuration')) throw error
      return error.code === 'ResourceNotFoundException' ? 'gone' : { stays: 'not-shared' }
    },
  )
}

/** undefined: it is taken back. */
async function takeBackItem({ turns }: MondayDeps, monday: Monday, { itemId, updateId, runId }: Made): Promise<TakenBack | undefined> {
  const { items } = await monday.query('itemTouched', { ids: [itemId], limit: mostUpdates })
  const item = items.find(({ id }) => id === itemId)
  if (item === undefined || item.state === 'deleted') return 'gone'
  const updates = item.updates ?? []
  if (updates.some(({ id, replies }) => id !== updateId || (replies ?? []).length > 0)) return { stays: 'added-to' }
  const lastOfOurs = Math.max(item.created_at.getTime(), ...updates.map(({ created_at }) => created_at.getTime()))
  if (item.state !== 'active' || item.updated_at.getTime() > lastOfOurs + settledMs) return { stays: 'touched' }
  await turns.take(item.board?.id ?? itemId, () => monday.mutate('deleteItem', { item: itemId }, `${runId}/${itemId}`))
  return undefined
}

async function takeBackUpdate({ turns }: MondayDeps, monday: Monday, { updateId, runId }: Made): Promise<TakenBack | undefined> {
  if (updateId === null) return 'gone'
  const { updates } = await monday.query('updateTouched', { ids: [updateId] })
  const update = updates?.find(({ id }) => id === updateId)
  if (update === undefined) return 'gone'
  const isChanged = update.edited_at.getTime() > update.created_at.getTime() + settledMs
  if (isChanged || (update.replies ?? []).length > 0) return { stays: 'touched' }
  const boardId = update.item?.board?.id ?? updateId
  await turns.take(boardId, () => monday.mutate('deleteUpdate', { update: updateId }, `${runId}/${updateId}`))
  return undefined
}
