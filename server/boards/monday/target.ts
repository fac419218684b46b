// Boards of monday.com as a target of recipes, and what else has to be known of them: which there are, and what a person allows there.
import type { Db } from '../../database/schema.ts'
import { type Actor, asPerson } from '../../people/unit-of-work.ts'
import { accountOf } from './account-of.ts'
import type { RemoteTarget } from '../board-target.ts'
import { type Allowed, allowOnKnownBoard, findKnownBoard, forgetKnownBoards } from '../known-board-store.ts'
import { openBoardTurns } from './board-turns.ts'
import { isOutage, UpstreamError } from '../../upstream/upstream-error.ts'
import type { Board } from '../../../contract/board.ts'
import { boardFrom } from './board-shape.ts'
import { askBoard, mondayOf, readBoard, readPage } from './boards.ts'
import type { AnsweredBoard } from './documents.ts'
import { mondayProblem } from './monday-problem.ts'
import { columnValuesFrom } from './column-values.ts'
import { Problem } from '../../problem.ts'
import type { MondayDeps } from './monday-deps.ts'
import { openPauses } from './pauses.ts'
import { columnsFor, prepare } from './prepare.ts'
import { readBack } from './read-back.ts'
import { send } from './send.ts'
import { takeBack } from './take-back.ts'

export type MondayBoards = {
  target: RemoteTarget
  /** Those that the person sees, the ones used last first. Throws problems that the person can act on. */
  list(actor: Actor, cursor?: string): Promise<{ items: Board[]; next: string | null }>
  /** As it is now. undefined: there is none for this person. */
  read(actor: Actor, boardId: string): Promise<Board | undefined>
  /** Whose token it is; undefined: monday.com does not accept it. */
  accountOf(token: string): Promise<{ name: string; email: string } | undefined>
  allow(actor: Actor, boardId: string, allowed: Partial<Allowed>): Promise<void>
  /** The person is connected no more. */
  forget(trx: Db, actor: Actor): Promise<void>
}

type Options = Pick<MondayDeps, 'db' | 'apiUrl' | 'connectionOf'> & {
  /** For how long the key of a call is trusted: the service keeps answers for 30 minutes. */
  keyTrustMs: number
  readBackAfterMs?: readonly number[]
}

/** A search right after a write may not see it yet: 5 s, 1 min and 5 min after the step before. */
const usualReadBacks = [5_000, 60_000, 300_000]

export function openMondayBoards({ keyTrustMs, readBackAfterMs = usualReadBacks, ...given }: Options): MondayBoards {
  const { db } = given
  const deps: MondayDeps = { ...given, proof: { keyTrustMs, readBackAfterMs }, pauses: openPauses(db), turns: openBoardTurns(db) }
  const kind = 'monday'
  return {
    target: {
      kind,
      writes: 'remote',
      proof: deps.proof,
      describe: async (trx, actor, boardId) => {
        const known = await findKnownBoard(trx, actor, { target: kind, boardId })
        return known && { name: known.name, groups: known.groups, columns: columnsFor(known) }
      },
      look: (actor, boardId) => asking(() => look(deps, actor, boardId)),
      leftOut: ({ columns }, item) => columnValuesFrom(columns, item).leftOut,
      prepare: (actor, wanted) => prepare(deps, actor, wanted),
      send: (actor, intent) => send(deps, actor, intent),
      readBack: (actor, intent) => readBack(deps, actor, intent),
      takeBack: (actor, made) => takeBack(deps, actor, made),
    },
    list: (actor, cursor) =>
      asking(async () => {
        const { boards, next } = await readPage(deps, actor, await mondayOf(deps, actor), pageFrom(cursor))
        return { items: boards.map(shown), next: next === null ? null : String(next) }
      }),
    read: (actor, boardId) =>
      asking(async () => {
        const board = await askBoard(deps, actor, await mondayOf(deps, actor), boardId)
        return board && shown(board)
      }),
    accountOf: (token) => asking(() => accountOf(deps, token)),
    allow: (actor, boardId, allowed) => asPerson(db, actor, (trx) => allowOnKnownBoard(trx, actor, { target: kind, boardId }, allowed)),
    forget: (trx, actor) => forgetKnownBoards(trx, actor, kind),
  }
}

/** What is known of a board for so long is not asked for again when a recipe is saved. */
const freshMs = 60_000

async function look(deps: MondayDeps, actor: Actor, boardId: string): Promise<void> {
  const known = await asPerson(deps.db, actor, (trx) => findKnownBoard(trx, actor, { target: 'monday', boardId }))
  if (known !== undefined && known.readMsAgo < freshMs) return
  const monday = await mondayOf(deps, actor)
  await readBoard(deps, actor, monday, boardId).catch((error: unknown) => {
    // While monday.com is away, what was known of the board before will do.
    const isAway = isOutage(error) || (error instanceof UpstreamError && error.status === 429)
    if (known === undefined || !isAway) throw error
  })
}

const asking = <Result>(work: () => Promise<Result>): Promise<Result> =>
  work().catch((error: unknown) => {
    throw mondayProblem(error)
  })

function pageFrom(cursor = '1'): number {
  if (/^[1-9]\d{0,3}$/.test(cursor)) return Number(cursor)
  throw new Problem('invalid-request', 'The cursor is not from this list.', {
    errors: [{ pointer: '/cursor', detail: 'unknown', code: 'unknown' }],
  })
}

/** It has no version of ours, and nobody changes it here. */
function shown(board: AnsweredBoard): Board {
  const { boardId: id, name, groups, columns } = boardFrom(board)
  const visibility = board.board_kind === 'private' ? 'private' : 'tenant'
  return { id, target: 'monday', name, visibility, owner: null, groups: [...groups], columns: [...columns], version: 1 }
}
