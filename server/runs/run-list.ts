// The runs of a person, newest first.
import type { z } from 'zod'
import type { Page } from '../../contract/page.ts'
import type { Run, runQuery } from '../../contract/run.ts'
import { afterCursor, limitOf, pageOf, placedAt } from '../database/page.ts'
import type { Db } from '../database/schema.ts'
import { isUuid } from '../database/text.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { type RunRow, runsShown } from './run.ts'

export async function listRuns(db: Db, { personId }: Actor, asked: z.output<typeof runQuery>): Promise<Page<Run>> {
  const { recipe, outcome } = asked
  if (recipe !== undefined && !isUuid(recipe)) return { items: [], next: null }
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .select(placedAt('started_at').as('placed_at'))
    .where('person_id', '=', personId)
    .$if(recipe !== undefined, (query) => query.where('recipe_id', '=', recipe ?? null))
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome ?? 'done'))
    .where(afterCursor(asked, 'started_at', 'id'))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limitOf(asked) + 1)
    .execute()
  const { items, next } = pageOf(rows, asked, (row) => row)
  return { items: await runsShown(db, items), next }
}

export async function readRun(db: Db, actor: Actor, id: string): Promise<Run> {
  const [run] = await runsShown(db, [await findRun(db, actor, id)])
  if (run === undefined) throw noRun()
  return run
}

/** Its row, for whoever owns it. */
export async function findRun(db: Db, { personId }: Actor, id: string): Promise<RunRow> {
  const row = isUuid(id)
    ? await db.selectFrom('runs').selectAll().where('id', '=', id).where('person_id', '=', personId).executeTakeFirst()
    : undefined
  if (row === undefined) throw noRun()
  return row
}

const noRun = () => new Problem('run-not-found', 'This run does not exist, or is not yours.')
