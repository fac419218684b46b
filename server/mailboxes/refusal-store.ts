// Graph may refuse a subscription that it grants a moment later: a mailbox that was just made, a licence or a policy that has not
// spread yet. So it is asked again within a minute, and less often where it goes on refusing. The row of the mailbox says when, so that
// neither a restart nor another process loses it or asks once more. Until then the Inbox is listed.
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
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

/** Keeps a time that is already due: someone has asked for a subscription in the meantime. */
export async function forgetRefusals(db: Db, connectionId: string): Promise<void> {
  await sql`update mailboxes set refusals = 0, refused_status = null, subscribe_at = case when subscribe_at <= now() then subscribe_at end
    where connection_id = ${connectionId} and refusals > 0`.execute(db)
}

/** Whether Graph will be asked for its subscription anyway, now or later. */
export async function isToSubscribe(db: Db, connectionId: string): Promise<boolean> {
  const mailbox = await db.selectFrom('mailboxes').select('subscribe_at').where('connection_id', '=', connectionId).executeTakeFirst()
  return mailbox !== undefined && mailbox.subscribe_at !== null
}
