// The rows of checks: a mail, and which recipes it did not match, by the condition that decided. Nothing of what it says.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { builtOnce } from '../database/built-once.ts'
import { jsonText } from '../database/text.ts'
import type { Db } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'

export type NewCheck = {
  tenantId: string
  personId: string
  connectionId: string
  messageId: string
  receivedAt: string | null
  /** By recipe, the pointer of the condition that decided. */
  notMatched: Record<string, string>
}

/** Adds to what was noted of the mail before. Gives the id of the row, which is kept where it is new. */
export async function noteNotMatched(trx: Db, check: NewCheck): Promise<string> {
  const id = randomUUID()
  await sendAhead(trx, insertingCheck({ ...check, id, notMatched: jsonText(check.notMatched) }))
  return id
}

const insertingCheck = builtOnce(
  (
    _,
    {
      id,
      tenantId,
      personId,
      connectionId,
      messageId,
      receivedAt,
      notMatched,
    }: Omit<NewCheck, 'notMatched'> & { id: string; notMatched: string },
  ) =>
    sql`insert into checks (id, tenant_id, person_id, connection_id, message_id, received_at, not_matched)
      values (${id}, ${tenantId}, ${personId}, ${connectionId}, ${messageId}, ${receivedAt}, ${notMatched}::jsonb)
      on conflict (person_id, message_id) do update set not_matched = checks.not_matched || excluded.not_matched`,
)

const mostAtOnce = 1_000

/** Gives how many went. */
export async function purgeChecks(db: Db, retentionDays: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from checks where id in (
      select id from checks where checked_at < now() - make_interval(days => ${retentionDays}::int) limit ${mostAtOnce})`.execute(db)
  return Number(numAffectedRows)
}

export async function notMatchedOf(db: Db, { personId }: { personId: string }, messageId: string): Promise<NotMatched[]> {
  const check = db.selectFrom('checks').select('not_matched').where('person_id', '=', personId).where('message_id', '=', messageId)
  return notMatchedFrom((await check.executeTakeFirst())?.not_matched)
}

type NotMatched = { recipeId: string; pointer: string }

export const notMatchedFrom = (kept: Record<string, string> | null | undefined): NotMatched[] =>
  Object.entries(kept ?? {}).map(([recipeId, pointer]) => ({ recipeId, pointer }))
