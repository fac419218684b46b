// The runs of a person, newest first.
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { Page } from '../../contract/page.ts'
import type { Run, runQuery } from '../../contract/run.ts'
import { onPage, pageFrom } from '../database/page.ts'
import type { Db } from '../database/schema.ts'
import { isUuid } from '../database/text.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { type RunRow, runsShown } from './run.ts'

export async function listRuns(db: Db, { personId }: Actor, asked: z.output<typeof runQuery>): Promise<Page<Run>> {
  const { recipe, outcome } = asked
  if (recipe !== undefined && !isUuid(recipe)) return { items: [], next: null }
  const wanted = [
    sql`person_id = ${personId}`,
    ...(recipe === undefined ? [] : [sql`recipe_id = ${recipe}`]),
    ...(outcome === undefined ? [] : [sql`outcome = ${outcome}`]),
  ]
  const where = sql<SqlBool>`${sql.join(wanted, sql` and `)}`
  const rows = await db
    .selectFrom('runs')
    .innerJoin(onPage(asked, { table: 'runs', at: 'started_at', key: ['id'], where, more: bytesOfActions }), 'on_page.id', 'runs.id')
    .selectAll('runs')
    .select(['on_page.placed_at', 'on_page.has_more'])
    .orderBy('on_page.place')
    .execute()
  const { items, next } = pageFrom(rows, (row) => row)
  return { items: await runsShown(db, items), next }
}

/** Five at most, each of a kind, an outcome and two ids. */
const bytesOfActions = sql<number>`1000`

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
