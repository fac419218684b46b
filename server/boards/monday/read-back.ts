// What an intent whose answer was lost has made on the board: an item by the reference in its column, an update by the one at its end.
import type { Actor } from '../../people/unit-of-work.ts'
import type { Intent, Sent } from '../board-target.ts'
import { mondayOf } from './boards.ts'
import type { Monday } from './monday-client.ts'
import type { MondayDeps } from './monday-deps.ts'
import { isReaction } from './monday-error.ts'
import { referenceIn, referenceOf, type Request, requestOf } from './request.ts'
import { itemSent, updateSent } from './send.ts'

const mostFound = 25

export async function readBack(deps: MondayDeps, actor: Actor, intent: Intent): Promise<Sent[] | 'cannot-tell'> {
  const asked = requestOf(intent)
  if (asked.kind === 'item' && asked.marker === null) return 'cannot-tell'
  const monday = await mondayOf(deps, actor)
  return search(monday, actor, intent, asked).catch((error: unknown) => {
    // The board, or its column for references, is there no more.
    if (isReaction(error, 'configuration', 'data')) return 'cannot-tell'
    throw error
  })
}

async function search(monday: Monday, actor: Actor, intent: Intent, asked: Request): Promise<Sent[]> {
  if (asked.kind === 'item') {
    const columns = [{ column_id: asked.marker, column_values: [referenceOf(intent.marker)] }]
    const found = await monday.query('findItems', { board: asked.boardId, columns, limit: mostFound })
    return oldestFirst(found.items_page_by_column_values.items).map(({ id }) => itemSent(actor, asked, id))
  }
  const { items } = await monday.query('itemUpdates', { ids: [asked.itemId], limit: mostFound })
  const updates = items.flatMap((item) => item.updates ?? [])
  const ours = updates.filter(({ text_body: text }) => (text ?? '').includes(referenceIn(intent.marker)))
  return oldestFirst(ours).map(({ id }) => updateSent(actor, asked, intent.made, id))
}

const oldestFirst = <Entry extends { id: string; created_at: Date }>(entries: readonly Entry[]): Entry[] =>
  entries.toSorted((one, other) => one.created_at.getTime() - other.created_at.getTime() || Number(one.id) - Number(other.id))
