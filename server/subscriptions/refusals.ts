// Graph may refuse a subscription that it grants a moment later: a mailbox that was just made, a licence or a policy that has not
// spread yet. So it is asked again within a minute, and less often where it goes on refusing. The row of the connection says when,
// so that neither a restart nor another replica loses it or asks once more; meanwhile the Inbox is listed.
import { sql, type Transaction } from 'kysely'
import type { Database, Schema } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import { isRefusal } from '../graph/graph-error.ts'
import { asSystem } from '../people/unit-of-work.ts'

const firstPauseSeconds = 5
const longestPauseSeconds = 60
/** After a quarter of an hour of refusals they are no passing ones. */
const mostQuick = 18
const slowPauseSeconds = 300

export const isPassing = (error: unknown): error is { status: number } => isRefusal(error, 403, 404)

export async function noteRefusal(db: Database, connectionId: string, { status }: { status: number }, retryBaseMs: number): Promise<void> {
  const first = Math.min((retryBaseMs / 1000) * 2.5, firstPauseSeconds)
  const pause = sql`case when refusals < ${mostQuick}
    then least(${first}::float8 * power(2, least(refusals, ${mostQuick})), ${longestPauseSeconds}::float8) else ${slowPauseSeconds}::float8 end`
  await asSystem(db, (trx) =>
    sql`update connections set refusals = least(refusals + 1, 1000),
        subscribe_at = now() + make_interval(secs => (${pause}) * (0.8 + random() / 5)),
        reason = ${jsonText({ code: 'subscription-refused', params: { status: String(status) } })}::jsonb
      where id = ${connectionId} and status = 'active'`.execute(trx),
  )
}

export async function forgetRefusals(trx: Transaction<Schema>, connectionId: string): Promise<void> {
  await sql`update connections set refusals = 0, subscribe_at = null, reason = null
    where id = ${connectionId} and status = 'active' and refusals > 0`.execute(trx)
}

/** Mailboxes whose subscription is to be asked for again now. Where the job is lost, it comes again. */
export async function takeDueSubscriptions(trx: Transaction<Schema>, atMost: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update connections set subscribe_at = now() + make_interval(secs => ${longestPauseSeconds}::float8)
    where id = any(array(
      select id from connections where status = 'active' and subscribe_at <= now() order by subscribe_at limit ${atMost}
      for update skip locked))
    returning id`.execute(trx)
  return rows.map(({ id }) => id)
}
