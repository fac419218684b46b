import { changeBoard, createBoard, deleteBoard, listBoards, readBoard } from '../boards/board-store.ts'
import { audienceOf, boardShown, type StoredBoard } from '../boards/board.ts'
import { listVisits } from '../boards/visit-store.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { actorOf, type ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

type Names = 'listBoards' | 'listBoardVisits' | 'createBoard' | 'readBoard' | 'changeBoard' | 'deleteBoard'

export function boardHandlers(deps: ApiDeps): Handlers<Names> {
  const { db } = deps
  return {
    listBoards: ({ person, query }) => {
      if (query.target === 'monday') throw new Problem('target-not-available', 'Boards of monday.com are not available here.')
      return asPerson(db, person, (trx) => listBoards(trx, person, query))
    },
    listBoardVisits: ({ person, query }) => asPerson(db, person, (trx) => listVisits(trx, person, query)),
    createBoard: ({ person, body }) => asPerson(db, person, async (trx) => told(trx, await createBoard(trx, person, body))),
    readBoard: ({ person, params }) => asPerson(db, person, async (trx) => boardShown(await readBoard(trx, person, params.id))),
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

async function told(trx: Db, board: StoredBoard) {
  await announce(trx, { tenantId: board.tenantId, personId: audienceOf(board), kind: 'board', id: board.id })
  return boardShown(board)
}
