// Takes back what a reconnection has made, some runs at a time: who asks sees how far it has come, and goes on from there.
import type { z } from 'zod'
import type { catchUpUndone } from '../../contract/connection.ts'
import type { Provider } from '../connections/connection-store.ts'
import { pageOf } from '../database/page.ts'
import type { Database } from '../database/schema.ts'
import { type Actor, asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { undoRun } from '../runs/undo-run.ts'
import { runsToUndo } from './catch-up-store.ts'
import { connectionOf } from './list-connections.ts'

const atOnce = 20

export async function undoCatchUp(
  db: Database,
  person: Actor,
  provider: Provider,
  cursor: string | undefined,
): Promise<z.infer<typeof catchUpUndone>> {
  const asked = { cursor, limit: atOnce }
  const rows = await asPerson(db, person, async (trx) => runsToUndo(trx, await connectionOf(trx, person, provider), asked))
  const { items: ids, next } = pageOf(rows, asked, ({ id }) => id)
  let undone = 0
  for (const id of ids) if (await undoOne(db, person, id)) undone += 1
  return { undone, kept: ids.length - undone, next }
}

/** Each in a transaction of its own: one that somebody has touched since stays, and the others go. */
async function undoOne(db: Database, person: Actor, id: string): Promise<boolean> {
  try {
    await asPerson(db, person, (trx) => undoRun(trx, person, id))
    return true
  } catch (error) {
    if (error instanceof Problem && error.code === 'nothing-to-undo') return false
    throw error
  }
}
