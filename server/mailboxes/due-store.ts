// Whose turn it is to be listed, found by index: nothing here grows with the number of mailboxes that rest. Rows that another process is
// taking are skipped. A mailbox that has had its turn has the next one later, whether or not its job succeeds.
// IDs come as arrays, and recipes and connections one mailbox at a time: as joins, a plan made for any values reads whole tables.
import { type SqlBool, sql, type Transaction } from 'kysely'
import type { Db, Schema } from '../database/schema.ts'
import { wakeWorkers } from '../jobs/wake.ts'
import { mailRecipeOf } from '../recipe-book/mail-recipe.ts'

/** Up to a tenth earlier, so that mailboxes connected together do not stay together. */
export const dueIn = (intervalMs: number) => sql<Date>`now() + make_interval(secs => ${intervalMs / 1000} * (0.9 + random() / 10))`

/** For a row of `mailboxes`, or of a subquery with that name. */
export const isActive = sql<SqlBool>`(select status from connections where id = mailboxes.connection_id) = 'active'`

/** Makes due those whose turn it is, at most so many: the allowed rate of listings is kept here, over all processes. Gives how many. */
export async function makeCatchUpsDue(
  trx: Transaction<Schema>,
  { atMost, intervalMs }: { atMost: number; intervalMs: number },
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update mailboxes set next_catchup_at = ${dueIn(intervalMs)}, catch_up_at = least(catch_up_at, now())
    where connection_id = any(array(
      select connection_id from mailboxes
      where next_catchup_at <= now() and ${isActive} and ${mailRecipeOf(sql.ref('mailboxes.person_id'))}
      order by next_catchup_at limit ${atMost} for update skip locked))`.execute(trx)
  if (numAffectedRows > 0n) await wakeWorkers(trx, 'catch-up')
  return Number(numAffectedRows)
}

/**
 * Clears the way for the others, looking at those that have waited longest. Without a recipe there is nothing to catch up: the cursor
 * moves without a call. A mailbox that is not active is due again when it is activated: where that happens at this very moment, its
 * time has changed, and it keeps the new one.
 */
export async function passOverIdle(trx: Transaction<Schema>, intervalMs: number): Promise<void> {
  await sql`
    with longest as materialized (
      select connection_id, next_catchup_at, ${isActive} and ${mailRecipeOf(sql.ref('mailboxes.person_id'))} as is_wanted
      from (select * from mailboxes where next_catchup_at <= now() order by next_catchup_at limit 1000) as mailboxes
    )
    update mailboxes set
      cursor = case when ${isActive} then now() else cursor end,
      next_catchup_at = case when ${isActive} then ${dueIn(intervalMs)} end
    where connection_id = any(array(
      select connection_id from mailboxes
      where connection_id = any(array(select connection_id from longest where not is_wanted))
        and next_catchup_at = any(array(select next_catchup_at from longest))
      for update skip locked))`.execute(trx)
}

export async function countListed(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from connections where status = 'active' and provider = 'microsoft'`.execute(db)
  return rows[0]?.count ?? 0
}

/** After a stop nobody knows what was missed: all are listed soon, spread over the time that the allowed rate takes. */
export async function bringForward(db: Db, withinMs: number): Promise<void> {
  await sql`
    update mailboxes set next_catchup_at = now() + make_interval(secs => ${withinMs / 1000} * random())
    from connections
    where connections.id = connection_id and status = 'active'
      and (mailboxes.next_catchup_at is null or mailboxes.next_catchup_at > now() + make_interval(secs => ${withinMs / 1000}))`.execute(db)
}
