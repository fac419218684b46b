// Graph may refuse a subscription that it grants a moment later: a mailbox that was just made, a licence or a policy that has not
// spread yet. So it is asked again within a minute, and less often where it goes on refusing. The row of the mailbox says when, so that
// neither a restart nor another process loses it or asks once more; meanwhile the Inbox is listed.
import { sql, type Transaction } from 'kysely'
import type { Db, Schema } from '../database/schema.ts'
import { isActive } from './due-store.ts'

const firstPauseSeconds = 5
const longestPauseSeconds = 60
/** After a quarter of an hour of refusals they are no passing ones. */
const mostQuick = 18
const slowPauseSeconds = 300

export async function noteRefusal(
  db: Db,
  connectionId: string,
  { status, retryBaseMs }: { status: number; retryBaseMs: number },
): Promise<void> {
  const first = Math.min((retryBaseMs / 1000) * 2.5, firstPauseSeconds)
  const pause = sql`case when refusals < ${mostQuick}
    then least(${first}::float8 * power(2, least(refusals, ${mostQuick})), ${longestPauseSeconds}::float8) else ${slowPauseSeconds}::float8 end`
  await sql`update mailboxes set refusals = least(refusals + 1, 1000), refused_status = ${status},
      subscribe_at = now() + make_interval(secs => (${pause}) * (0.8 + random() / 5))
    where connection_id = ${connectionId} and ${isActive}`.execute(db)
}

export async function forgetRefusals(db: Db, connectionId: string): Promise<void> {
  await sql`update mailboxes set refusals = 0, refused_status = null, subscribe_at = null
    where connection_id = ${connectionId} and refusals > 0`.execute(db)
}

/** Whether it has a time of its own at which Graph is asked again. */
export async function isRefused(db: Db, connectionId: string): Promise<boolean> {
  const mailbox = await db.selectFrom('mailboxes').select('subscribe_at').where('connection_id', '=', connectionId).executeTakeFirst()
  return mailbox !== undefined && mailbox.subscribe_at !== null
}

/** Mailboxes whose subscription is to be asked for again now. Where the job is lost, it comes again. One that is not active has none. */
export async function takeDueSubscriptions(trx: Transaction<Schema>, atMost: number): Promise<string[]> {
  const { rows } = await sql<{ connection_id: string; is_active: boolean }>`
    update mailboxes set subscribe_at = case when ${isActive} then now() + make_interval(secs => ${longestPauseSeconds}::float8) end
    where connection_id = any(array(
      select connection_id from mailboxes where subscribe_at <= now() order by subscribe_at limit ${atMost} for update skip locked))
    returning connection_id, ${isActive} as is_active`.execute(trx)
  return rows.flatMap(({ connection_id, is_active }) => (is_active ? [connection_id] : []))
}
