// What is to be sent to a remote board, committed before it leaves, and what is known of its fate. The row is there until its action
// has ended.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { boardKind } from '../../recipes/board-kind.ts'
import { leftOutCodes } from '../../recipes/left-out.ts'
import type { Intent, Sent, Written } from '../boards/board-target.ts'
import type { Db } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import type { ActionRow, RunRow } from './run.ts'

export type KnownIntent = Intent & {
  /** Milliseconds since the first call with this key; null: certainly none has left. */
  sentMsAgo: number | null
  /** Searches for the marker since then, and milliseconds since the last of them, or the call. */
  reads: number
  lastStepMsAgo: number
  /** An answer that came when its sender no longer held the run. */
  answer: Sent | null
}

type Place = Pick<ActionRow, 'run_id' | 'ordinal'>

export async function findIntent(db: Db, { run_id, ordinal }: Place): Promise<KnownIntent | undefined> {
  const row = await db
    .selectFrom('intents')
    .select(['request', 'key', 'reads', 'answer', 'made'])
    .select(msSince('sent_at').as('sent_ms_ago'))
    .select(msSince('coalesce(read_at, sent_at, now())').as('step_ms_ago'))
    .where('run_id', '=', run_id)
    .where('ordinal', '=', ordinal)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { request, key, reads, sent_ms_ago: sentMsAgo, step_ms_ago } = row
  const [answer, made] = [sent.nullable().parse(row.answer), written.nullable().parse(row.made)]
  return { request, key, marker: markerOf({ run_id, ordinal }), made, sentMsAgo, reads, lastStepMsAgo: step_ms_ago ?? 0, answer }
}

const written = z.object({
  target: boardKind,
  itemId: z.string(),
  itemVersion: z.number().nullable(),
  updateId: z.string().nullable(),
  madeItem: z.boolean(),
  pendingFiles: z.number(),
  leftOut: z.array(z.object({ part: z.string(), title: z.string().exactOptional(), code: z.enum(leftOutCodes) })),
  cut: z.array(z.string()),
  audience: z.string().nullable(),
}) satisfies z.ZodType<Written>
const sent = written.extend({ next: z.string().exactOptional() }) satisfies z.ZodType<Sent>

const msSince = (time: string) => sql<number | null>`(extract(epoch from now() - ${sql.raw(time)}) * 1000)::float8`

/** It is found by this on a board that can be searched. */
const markerOf = ({ run_id, ordinal }: Place) => `${run_id}/${ordinal}`

/** From the end of this transaction on its bytes may have left. `made`: by earlier calls of the action. */
export async function commitIntent(
  trx: Db,
  run: RunRow,
  place: Place,
  { request, made }: Pick<Intent, 'request' | 'made'>,
): Promise<Intent> {
  const { run_id, ordinal } = place
  const key = randomUUID()
  const kept = made === null ? null : jsonText(made)
  await sql`
    insert into intents (run_id, ordinal, tenant_id, person_id, request, key, made, sent_at)
    values (${run_id}, ${ordinal}, ${run.tenant_id}, ${run.person_id}, ${request}, ${key}, ${kept}, now())
    on conflict (run_id, ordinal) do update set
      request = excluded.request, key = excluded.key, made = excluded.made, sent_at = now(), reads = 0, read_at = null, answer = null`.execute(
    trx,
  )
  return { request, key, marker: markerOf(place), made }
}

/** Nothing was done by it. Of a first call nothing stays, and it is prepared anew; what earlier calls have made is kept. */
export async function withdrawIntent(trx: Db, { run_id, ordinal }: Place): Promise<void> {
  const own = sql`run_id = ${run_id} and ordinal = ${ordinal}`
  await sql`delete from intents where ${own} and made is null`.execute(trx)
  await sql`update intents set sent_at = null, reads = 0, read_at = null where ${own}`.execute(trx)
}

/** Its action has ended. */
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
export async function keepAnswer(trx: Db, { run_id, ordinal }: Place, key: string, answer: Sent): Promise<void> {
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

/** Its owner has looked, and lets the call be made again: only that one, where others were made before it. */
export async function allowAgain(trx: Db, runId: string): Promise<void> {
  const { rows } = await sql<Place>`select run_id, ordinal from intents where run_id = ${runId}`.execute(trx)
  for (const place of rows) await withdrawIntent(trx, place)
}
