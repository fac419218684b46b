// The item that an update goes to: that of the conversation, as our own links know it, or the newest whose column holds a value. Where one
// is made if there is none, two mails of a conversation must not both find nothing: the second waits until the first has ended.
import type { PlannedFind } from '../../../recipes/actions/find.ts'
import { takeTurnAs } from '../../database/leases.ts'
import { type Actor, asPerson } from '../../people/unit-of-work.ts'
import type { Refused } from '../board-target.ts'
import { cellsFromTexts } from '../cells.ts'
import type { KnownBoard } from '../known-board-store.ts'
import { findRemoteItemByConversation, isConversationUnderWay } from '../link-store.ts'
import type { Monday } from './monday-client.ts'
import { MondayError } from './monday-error.ts'
import type { MondayDeps } from './monday-deps.ts'

type Asked = { board: KnownBoard; find: PlannedFind; timeZone: string; runId: string; makesOne: boolean }
type Found = { itemId: string | undefined } | Refused

/** From here until the intent is committed. A search may see an item late, so who searches holds it longer. */
const seconds = { conversation: 10, column: 30 }
const pauseSeconds = 2
const mostFound = 100

export async function findItem(deps: MondayDeps, actor: Actor, monday: Monday, asked: Asked): Promise<Found> {
  const { board, find, runId, makesOne } = asked
  const look = (): Promise<Found> =>
    find.by === 'column' ? byColumn(monday, { ...asked, find }) : byConversation(deps, actor, board.boardId, find)
  const found = await look()
  if ('refused' in found || found.itemId !== undefined || !makesOne) return found
  const wanted = find.by === 'column' ? `${find.column}=${find.value}` : find.conversationId
  const name = `monday-find:${actor.personId}:${board.boardId}:${wanted}`
  if (!(await takeTurnAs(deps.db, name, runId, seconds[find.by]))) throw later()
  const isUnderWay = find.by === 'conversation' && (await asPerson(deps.db, actor, (trx) => isConversationUnderWay(trx, actor, runId)))
  if (isUnderWay) throw later()
  // Whoever had the turn before may have made one since.
  return look()
}

async function byConversation(
  { db }: MondayDeps,
  actor: Actor,
  boardId: string,
  { conversationId }: Extract<PlannedFind, { by: 'conversation' }>,
): Promise<Found> {
  const itemId = await asPerson(db, actor, (trx) => findRemoteItemByConversation(trx, actor, { target: 'monday', boardId }, conversationId))
  return { itemId }
}

type ByColumn = Omit<Asked, 'find'> & { find: Extract<PlannedFind, { by: 'column' }> }

async function byColumn(monday: Monday, { board, find: { column: id, value, made }, timeZone }: ByColumn): Promise<Found> {
  const column = board.columns.find((each) => each.id === id)
  if (column === undefined) return { refused: 'column-gone', params: { board: board.name, column: id } }
  const given = { columns: { [id]: value }, timeZone, ...(made === undefined ? {} : { values: { [id]: made } }) }
  const cell = cellsFromTexts([column], given).cells[id] ?? null
  const wanted = textsFor(cell)
  if (wanted === undefined) return { itemId: undefined }
  const columns = [{ column_id: id, column_values: [wanted] }]
  const { items_page_by_column_values: page } = await monday.query('findItems', { board: board.boardId, columns, limit: mostFound })
  const newest = page.items.toSorted(
    (one, other) => other.created_at.getTime() - one.created_at.getTime() || Number(other.id) - Number(one.id),
  )
  return { itemId: newest[0]?.id }
}

/** As the search compares it: of an address and a link what is shown of them (reference/items-page-by-column-values of the API). */
function textsFor(cell: ReturnType<typeof cellsFromTexts>['cells'][string]): string | undefined {
  if (cell === null || cell === undefined || cell === false || cell === '') return undefined
  if (cell === true) return 'v'
  if (Array.isArray(cell)) return cell.length === 1 ? cell[0] : undefined
  return typeof cell === 'object' ? cell.text : String(cell)
}

const later = () => new MondayError('wait', { status: 429, code: 'same-conversation', retryAfterSeconds: pauseSeconds })
