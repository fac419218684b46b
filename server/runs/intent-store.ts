// What is to be sent to a remote board, committed before it leaves, and what is known of its fate. The row is there until its action
// has ended.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { boardKind } from '../../recipes/board-kind.ts'
import { leftOutCodes } from '../../recipes/left-out.ts'
import type { Intent, Written } from '../boards/board-target.ts'
import type { Db } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import type { ActionRow, RunRow } from './run.ts'

export type KnownIntent = Intent & {
  /** Milliseconds since the first call with this key. */
  sentMsAgo: number
  /** Searches for the marker since then, and milliseconds since the last of them, or the call. */
  reads: number
  lastStepMsAgo: number
  /** An answer that came when its sender no longer held the run. */
  answer: Written | null
}

type Place = Pick<ActionRow, 'run_id' | 'ordinal'>

export async function findIntent(db: Db, { run_id, ordinal }: Place): Promise<KnownIntent | undefined> {
  const row = await db
    .selectFrom('intents')
    .select(['request', 'key', 'reads', 'answer'])
    .select(msSince('sent_at').as('sent_ms_ago'))
    .select(msSince('coalesce(read_at, sent_at)').as('step_ms_ago'))
    .where('run_id', '=', run_id)
    .where('ordinal', '=', ordinal)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { request, key, reads, answer, sent_ms_ago: sentMsAgo, step_ms_ago: lastStepMsAgo } = row
  return { request, key, marker: markerOf({ run_id, ordinal }), sentMsAgo, reads, lastStepMsAgo, answer: writtenOrNull.parse(answer) }
}

const writtenOrNull: z.ZodType<Written | null> = z
  .object({
    target: boardKind,
    itemId: z.string(),
    itemVersion: z.number().nullable(),
    updateId: z.string().nullable(),
    madeItem: z.boolean(),
    pendingFiles: z.number(),
    leftOut: z.array(z.object({ part: z.string(), title: z.string().exactOptional(), code: z.enum(leftOutCodes) })),
    cut: z.array(z.string()),
    audience: z.string().nullable(),
  })
  .nullable()

const msSince = (column: string) => sql<number>`(extract(epoch from now() - ${sql.raw(column)}) * 1000)::float8`

/** It is found by this on a board that can be searched. */
const markerOf = ({ run_id, ordinal }: Place) => `${run_id}/${ordinal}`

/** From the end of this transaction on its bytes may have left. */
export async function commitIntent(trx: Db, run: RunRow, { run_id, ordinal }: Place, request: string): Promise<Intent> {
  const key = randomUUID()
  await sql`
    insert into intents (run_id, ordinal, tenant_id, person_id, request, key, sent_at)
    values (${run_id}, ${ordinal}, ${run.tenant_id}, ${run.person_id}, ${request}, ${key}, now())
    on conflict (run_id, ordinal) do update set request = excluded.request, key = excluded.key, sent_at = now(), reads = 0, read_at = null`.execute(
    trx,
  )
  return { request, key, marker: markerOf({ run_id, ordinal }) }
}

/** Nothing was done by it: what is sent next is prepared anew. */
export async function dropIntent(trx: Db, { run_id, ordinal }: Place): Promise<void> {
  await trx.deleteFrom('intents').where('run_id', '=', run_id).where('ordinal', '=', ordinal).execute()
}

export async function noteReadBack(trx: Db, { run_id, ordinal }: Place): Promise<void> {
  await trx
    .updateTable('intents')
    .set({ reads: sql`reads + 1`, read_at: sql<Date>`now()` })
    .where('run_id', '=', run_id)
    .where('ordinal', '=', ordinal)
    .execute()
}

/** Evidence for whoever holds the run now; the action is theirs to end. */
export async function keepAnswer(trx: Db, { run_id, ordinal }: Place, key: string, answer: Written): Promise<void> {
  await trx
    .updateTable('intents')
    .set({ answer: jsonText(answer) })
    .where('run_id', '=', run_id)
    .where('ordinal', '=', ordinal)
    .where('key', '=', key)
    .execute()
}

/** Whether something may have been made of which nothing is known yet. */
export async function isInDoubt(db: Db, runId: string): Promise<boolean> {
  return (await db.selectFrom('intents').select('ordinal').where('run_id', '=', runId).executeTakeFirst()) !== undefined
}

/** Its owner has looked, and lets it be sent again. */
export async function allowAgain(trx: Db, runId: string): Promise<void> {
  await trx.deleteFrom('intents').where('run_id', '=', runId).execute()
}
