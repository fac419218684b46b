import type { Board } from '../../contract/board.ts'
import { changeBoard, createBoard, deleteBoard, listBoards, readBoard } from '../boards/board-store.ts'
import { audienceOf, boardShown, type StoredBoard } from '../boards/board.ts'
import type { MondayBoards } from '../boards/monday/target.ts'
import { listVisits } from '../boards/visit-store.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { type Actor, asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { actorOf, type ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

type Names = 'listBoards' | 'listBoardVisits' | 'createBoard' | 'readBoard' | 'changeBoard' | 'deleteBoard'

export function boardHandlers(deps: ApiDeps & { monday: MondayBoards }): Handlers<Names> {
  const { db, monday } = deps
  return {
    listBoards: ({ person, query }) => {
      if (query.target === 'monday') return monday.list(person, query.cursor)
      return asPerson(db, person, (trx) => listBoards(trx, person, query))
    },
    listBoardVisits: ({ person, query }) => asPerson(db, person, (trx) => listVisits(trx, person, query)),
    createBoard: ({ person, body }) => asPerson(db, person, async (trx) => told(trx, await createBoard(trx, person, body))),
    readBoard: ({ person, params }) =>
      isOfMonday(params.id)
        ? readElsewhere(monday, person, params.id)
        : asPerson(db, person, async (trx) => boardShown(await readBoard(trx, person, params.id))),
    changeBoard: ({ person, params, body, version }) =>
      asPerson(db, actorOf(deps, person), async (trx) =>
        told(trx, await changeBoard(trx, actorOf(deps, person), { id: params.id, change: body, version })),
      ),
    deleteBoard: ({ person, params, version }) =>
      asPerson(db, actorOf(deps, person), async (trx) => {
        await told(trx, await deleteBoard(trx, actorOf(deps, person), params.id, version))
      }),
  }
}

/** Our own ids are never digits alone. */
const isOfMonday = (id: string) => /^\d+$/.test(id)

async function readElsewhere(monday: MondayBoards, actor: Actor, id: string): Promise<Board> {
  const board = await monday.read(actor, id)
  if (board === undefined) throw new Problem('board-not-found', 'This board does not exist, or is not shared with you.')
  return board
}

async function told(trx: Db, board: StoredBoard) {
  await announce(trx, { tenantId: board.tenantId, personId: audienceOf(board), kind: 'board', id: board.id })
  return boardShown(board)
}
