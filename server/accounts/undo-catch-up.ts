// Takes back what a reconnection has made, some runs at a time: who asks sees how far it has come, and goes on from there.
import type { z } from 'zod'
import type { catchUpUndone } from '../../contract/connection.ts'
import type { Provider } from '../connections/connection-store.ts'
import type { Targets } from '../boards/board-target.ts'
import { pageOf } from '../database/page.ts'
import type { NotUndone } from '../../contract/run.ts'
import type { Database, Db } from '../database/schema.ts'
import { type Actor, asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { findRun } from '../runs/run-list.ts'
import { undoRun } from '../actions/undo-run.ts'
import { runsToUndo } from '../mailboxes/catch-up-store.ts'
import { connectionOf } from './list-connections.ts'

const atOnce = 20

type Deps = { db: Database; targets: Targets }

export async function undoCatchUp(
  deps: Deps,
  person: Actor,
  provider: Provider,
  cursor: string | undefined,
): Promise<z.infer<typeof catchUpUndone>> {
  const { db } = deps
  const asked = { cursor, limit: atOnce }
  const rows = await asPerson(db, person, async (trx) => runsToUndo(trx, await connectionOf(trx, person, provider), asked))
  const { items: ids, next } = pageOf(rows, asked, ({ id }) => id)
  const keptRuns: z.infer<typeof catchUpUndone>['keptRuns'] = []
  for (const id of ids) {
    const errors = await undoOne(deps, person, id)
    if (errors.length > 0) keptRuns.push({ id, subject: await asPerson(db, person, (trx) => subjectOf(trx, person, id)), errors })
  }
  return { undone: ids.length - keptRuns.length, kept: keptRuns.length, keptRuns, next }
}

/** Each in a transaction of its own: what somebody has touched since stays, and the others go. Gives what stays of it. */
async function undoOne(deps: Deps, person: Actor, id: string): Promise<NotUndone[]> {
  try {
    return await undoRun(deps, person, id)
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'nothing-to-undo')) throw error
    return (error.extra.errors ?? []) as NotUndone[]
  }
}

const subjectOf = async (db: Db, person: Actor, id: string) => (await findRun(db, person, id)).subject
