// One call to monday.com for an intent: an item, or an update. Whatever has certainly done nothing says so.
import { type Actor, asPerson } from '../../people/unit-of-work.ts'
import { ConnectionLost } from '../../connections/access-token.ts'
import { UpstreamError } from '../../upstream/upstream-error.ts'
import { type Intent, NothingDone, type Refused, type Sent, type Written } from '../board-target.ts'
import { unlinkRemoteItem } from '../link-store.ts'
import { mondayOf, readBoard } from './boards.ts'
import type { Monday } from './monday-client.ts'
import { hasDoneNothing, isReaction, MondayError } from './monday-error.ts'
import type { MondayDeps } from './monday-deps.ts'
import { refusalFrom } from './refusal.ts'
import { type ItemRequest, referenceOf, requestOf, textOf, type UpdateRequest, withReference } from './request.ts'

type Sending<Asked> = { deps: MondayDeps; actor: Actor; monday: Monday; intent: Intent; asked: Asked }

export async function send(deps: MondayDeps, actor: Actor, intent: Intent): Promise<Sent | Refused> {
  // Without a connection nothing can leave.
  const monday = await mondayOf(deps, actor).catch((error: unknown) => {
    throw new NothingDone(error)
  })
  const asked = requestOf(intent)
  try {
    return asked.kind === 'item'
      ? await sendItem({ deps, actor, monday, intent, asked })
      : await sendUpdate({ deps, actor, monday, intent, asked })
  } catch (error) {
    throw isNothing(error) ? new NothingDone(error) : error
  }
}

/** Where there is no token, nothing has left either: whatever another service says is about that. */
const isNothing = (error: unknown): boolean =>
  hasDoneNothing(error) || error instanceof ConnectionLost || (error instanceof UpstreamError && error.service !== 'monday')

async function sendItem({ deps, actor, monday, intent, asked }: Sending<ItemRequest>): Promise<Sent | Refused> {
  const { boardId, group, name, makesLabels, marker } = asked
  const values = marker === null ? asked.values : { ...asked.values, [marker]: referenceOf(intent.marker) }
  const variables = { board: boardId, group, name, values: JSON.stringify(values), labels: makesLabels }
  try {
    const { create_item: item } = await deps.turns.take(boardId, () => monday.mutate('createItem', variables, intent.key))
    return itemSent(actor, asked, item.id)
  } catch (error) {
    const columns = Object.keys(asked.values)
    return refusalFrom(error, { group, columns }, () => readBoard(deps, actor, monday, boardId), boardId)
  }
}

/** Its update is a call of its own. */
export function itemSent(actor: Actor, { boardId, update, leftOut, cut }: ItemRequest, itemId: string): Sent {
  const written = { ...plain(actor), itemId, madeItem: true, leftOut, cut }
  return update === null ? written : { ...written, next: textOf({ kind: 'update', boardId, itemId, update, leftOut, cut }) }
}

export const updateSent = (actor: Actor, { itemId, leftOut, cut }: UpdateRequest, made: Written | null, updateId: string): Sent => ({
  ...plain(actor),
  itemId,
  madeItem: made?.madeItem ?? false,
  updateId,
  leftOut,
  cut,
})

const plain = ({ personId }: Actor) => ({
  target: 'monday' as const,
  itemVersion: null,
  updateId: null,
  pendingFiles: 0,
  audience: personId,
})

async function sendUpdate(sending: Sending<UpdateRequest>): Promise<Sent | Refused> {
  const { deps, actor, monday, intent, asked } = sending
  const { boardId, itemId, update } = asked
  const post = (body: string, key: string) => monday.mutate('createUpdate', { item: itemId, body: withReference(body, intent.marker) }, key)
  try {
    const made = await deps.turns.take(boardId, () =>
      post(update.html, intent.key).catch((error: unknown) => {
        if (!isReaction(error, 'data')) throw error
        // Another body has another key: under the first one the refusal may be kept.
        return post(update.plain, `${intent.key}/plain`)
      }),
    )
    return updateSent(actor, asked, intent.made, made.create_update.id)
  } catch (error) {
    return withoutUpdate(sending, error)
  }
}

/** The item that was made stands without it; one that is gone is looked for no more. */
async function withoutUpdate({ deps, actor, monday, intent, asked }: Sending<UpdateRequest>, error: unknown): Promise<Sent | Refused> {
  if (!isReaction(error, 'data', 'configuration')) throw error
  if (intent.made !== null) return { ...intent.made, cut: [...new Set([...intent.made.cut, 'update'])] }
  const { boardId, itemId } = asked
  if (error.code !== 'ResourceNotFoundException')
    return refusalFrom(error, { group: null, columns: [] }, () => readBoard(deps, actor, monday, boardId), boardId)
  await asPerson(deps.db, actor, (trx) => unlinkRemoteItem(trx, actor, { target: 'monday', itemId }))
  throw new NothingDone(new MondayError('configuration', { status: 404, code: 'item-gone' }))
}
