// The boards of monday.com that a person may write to: asked for where nothing is known of them, or where what is known is out of date.
import { randomBytes, randomUUID } from 'node:crypto'
import { ConnectionLost } from '../../connections/access-token.ts'
import { type Actor, asPerson } from '../../people/unit-of-work.ts'
import { allowOnKnownBoard, findKnownBoard, forgetKnownBoard, keepKnownBoard, type KnownBoard } from '../known-board-store.ts'
import { boardFrom, markerColumn } from './board-shape.ts'
import type { AnsweredBoard } from './documents.ts'
import { isReaction } from './monday-error.ts'
import type { MondayDeps } from './monday-deps.ts'
import { type Monday, mondayFor } from './monday-client.ts'

const kind = 'monday'

/** Throws ConnectionLost where the person is not connected. */
export async function mondayOf(deps: Pick<MondayDeps, 'connectionOf' | 'apiUrl' | 'pauses'>, actor: Actor): Promise<Monday> {
  const connection = await deps.connectionOf(actor)
  if (connection === undefined) throw new ConnectionLost('disconnected')
  return mondayFor({ apiUrl: deps.apiUrl, connection, pauses: deps.pauses })
}

const boardsOfPage = 25

type Page = { boards: AnsweredBoard[]; next: number | null }

/** Those that the person sees, the ones used last first. What is read of them is known from then on. */
export async function readPage(deps: MondayDeps, actor: Actor, monday: Monday, page: number): Promise<Page> {
  const answer = await monday.query('boards', { limit: boardsOfPage, page })
  const all = (answer.boards ?? []).filter((board) => board !== null)
  // Boards of subitems and documents are listed among the others.
  const boards = all.filter(({ type }) => type === undefined || type === null || type === 'board')
  await asPerson(deps.db, actor, async (trx) => {
    for (const board of boards) await keepKnownBoard(trx, actor, kind, boardFrom(board))
  })
  return { boards, next: all.length < boardsOfPage ? null : page + 1 }
}

/** As it is now. undefined: there is none for this person. */
export async function askBoard(deps: MondayDeps, actor: Actor, monday: Monday, boardId: string): Promise<AnsweredBoard | undefined> {
  const { boards } = /^\d{1,20}$/.test(boardId) ? await monday.query('board', { ids: [boardId] }) : { boards: [] }
  const board = boards?.find((each) => each?.id === boardId) ?? undefined
  await asPerson(deps.db, actor, (trx) =>
    board === undefined ? forgetKnownBoard(trx, actor, { target: kind, boardId }) : keepKnownBoard(trx, actor, kind, boardFrom(board)),
  )
  return board
}

export async function readBoard(deps: MondayDeps, actor: Actor, monday: Monday, boardId: string): Promise<KnownBoard | undefined> {
  await askBoard(deps, actor, monday, boardId)
  return asPerson(deps.db, actor, (trx) => findKnownBoard(trx, actor, { target: kind, boardId }))
}

export async function knownBoard(deps: MondayDeps, actor: Actor, monday: Monday, boardId: string): Promise<KnownBoard | undefined> {
  const known = await asPerson(deps.db, actor, (trx) => findKnownBoard(trx, actor, { target: kind, boardId }))
  return known ?? readBoard(deps, actor, monday, boardId)
}

/** With the column for references, where there is one or one may be added. */
export async function withMarker(deps: MondayDeps, actor: Actor, monday: Monday, board: KnownBoard): Promise<KnownBoard> {
  if (board.marker !== null || !board.mayAddMarker) return board
  const { boardId } = board
  return deps.turns.take(boardId, async () => {
    // Another run or process may have added it since, or the answer to our own call was lost.
    const present = await readBoard(deps, actor, monday, boardId)
    if (present === undefined || present.marker !== null) return present ?? board
    const isMade = await addMarker(monday, boardId)
    // A person who may not change the board goes on without the column, and it is not tried again with each item.
    const refused = { mayAddMarker: false }
    if (!isMade) await asPerson(deps.db, actor, (trx) => allowOnKnownBoard(trx, actor, { target: kind, boardId }, refused))
    return (await readBoard(deps, actor, monday, boardId)) ?? board
  })
}

async function addMarker(monday: Monday, boardId: string): Promise<boolean> {
  // The id of a deleted column stays taken: the second one is new each time. The key is new too: an old one would bring the old answer.
  for (const id of [markerColumn.id, `${markerColumn.id}_${randomBytes(2).toString('hex')}`]) {
    const column = { board: boardId, id, title: markerColumn.title, description: 'Mailboard finds its items by it.' }
    const made = await monday.mutate('createColumn', column, randomUUID()).catch((error: unknown) => {
      if (!isReaction(error, 'data', 'configuration')) throw error
    })
    if (made !== undefined) return true
  }
  return false
}
