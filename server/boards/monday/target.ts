// Boards of monday.com as a target of recipes, and what has to be known of them beside: which there are, and what a person allows there.
import type { Db } from '../../database/schema.ts'
import { type Actor, asPerson } from '../../people/unit-of-work.ts'
import type { BoardShape, RemoteTarget } from '../board-target.ts'
import { type Allowed, allowOnKnownBoard, findKnownBoard, forgetKnownBoards } from '../known-board-store.ts'
import { openBoardTurns } from './board-turns.ts'
import { listBoards, mondayOf, readBoard } from './boards.ts'
import { columnValuesFrom } from './column-values.ts'
import type { MondayDeps } from './monday-deps.ts'
import { openPauses } from './pauses.ts'
import { columnsFor, prepare } from './prepare.ts'
import { readBack } from './read-back.ts'
import { send } from './send.ts'
import { takeBack } from './take-back.ts'

export type MondayBoards = {
  target: RemoteTarget
  /** Those that the person sees, the ones used last first. */
  list(actor: Actor): Promise<{ id: string; name: string }[]>
  /** As it is now. undefined: there is none for this person. */
  read(actor: Actor, boardId: string): Promise<BoardShape | undefined>
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
      leftOut: ({ columns }, item) => columnValuesFrom(columns, item).leftOut,
      prepare: (actor, wanted) => prepare(deps, actor, wanted),
      send: (actor, intent) => send(deps, actor, intent),
      readBack: (actor, intent) => readBack(deps, actor, intent),
      takeBack: (actor, made) => takeBack(deps, actor, made),
    },
    list: async (actor) => listBoards(await mondayOf(deps, actor)),
    read: async (actor, boardId) => readBoard(deps, actor, await mondayOf(deps, actor), boardId),
    allow: (actor, boardId, allowed) => asPerson(db, actor, (trx) => allowOnKnownBoard(trx, actor, { target: kind, boardId }, allowed)),
    forget: (trx, actor) => forgetKnownBoards(trx, actor, kind),
  }
}
