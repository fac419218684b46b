// What is due, found by index: nothing here grows with the number of mailboxes that rest. Rows that another replica is
// just taking are skipped. What was taken is due again later, whether or not its job did well.
// Ids come as arrays and recipes one person at a time: as joins, a plan made for any values reads whole tables.
import { type Expression, type SqlBool, sql, type Transaction } from 'kysely'
import type { Db, Schema } from '../database/schema.ts'

export async function hasMailRecipe(db: Db, personId: string): Promise<boolean> {
  const row = await db.selectNoFrom(mailRecipeOf(sql`${personId}::uuid`).as('has')).executeTakeFirst()
  return row?.has === true
}

/** Whether somebody has a recipe that an arriving mail sets off. */
export const mailRecipeOf = (person: Expression<unknown>) => sql<SqlBool>`(
  select true from recipes where recipes.person_id = ${person} and recipes.enabled and recipes.trigger_kind = 'mail-received' limit 1
) is not null`

/** Up to a tenth earlier, so that mailboxes connected together do not stay together. */
export const dueIn = (intervalMs: number) => sql<Date>`now() + make_interval(secs => ${intervalMs / 1000} * (0.9 + random() / 10))`

/** Mailboxes to be listed now, at most so many. */
export async function takeDueCatchUps(
  trx: Transaction<Schema>,
  { atMost, intervalMs }: { atMost: number; intervalMs: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update connections set next_catchup_at = ${dueIn(intervalMs)}
    where id = any(array(
      select id from connections
      where status = 'active' and next_catchup_at <= now() and ${mailRecipeOf(sql.ref('connections.person_id'))}
      order by next_catchup_at limit ${atMost} for update of connections skip locked))
    returning id`.execute(trx)
  return rows.map(({ id }) => id)
}

/** With no recipe there is nothing to catch up: the cursor moves without a call. Looks at those that have waited longest. */
export async function passOverIdle(trx: Transaction<Schema>, intervalMs: number): Promise<void> {
  await sql`
    update connections set cursor = now(), next_catchup_at = ${dueIn(intervalMs)}
    where id = any(array(
      select id from connections
      where status = 'active' and id = any(array(
        select id from (
          select id, person_id from connections where status = 'active' and next_catchup_at <= now() order by next_catchup_at limit 1000
        ) longest
        where not ${mailRecipeOf(sql.ref('longest.person_id'))}))
      for update skip locked))`.execute(trx)
}

/** A renewal that fails for good is tried again before the subscription ends. */
export async function takeDueRenewals(trx: Transaction<Schema>, atMost: number): Promise<{ id: string; connectionId: string }[]> {
  const { rows } = await sql<{ id: string; connection_id: string }>`
    update subscriptions set renew_at = now() + greatest(interval '1 minute', (expires_at - now()) / 4)
    where id = any(array(
      select id from subscriptions where state = 'active' and renew_at <= now() order by renew_at limit ${atMost} for update skip locked))
    returning id, connection_id`.execute(trx)
  return rows.map(({ id, connection_id }) => ({ id, connectionId: connection_id }))
}

export async function countListed(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from connections where status = 'active' and provider = 'microsoft'`.execute(db)
  return rows[0]?.count ?? 0
}

/** After a stop nobody knows what was missed: all are listed soon, spread over the time that the allowed rate takes. */
export async function bringForward(db: Db, withinMs: number): Promise<void> {
  await sql`
    update connections set next_catchup_at = now() + make_interval(secs => ${withinMs / 1000} * random())
    where status = 'active' and provider = 'microsoft'
      and (next_catchup_at is null or next_catchup_at > now() + make_interval(secs => ${withinMs / 1000}))`.execute(db)
}
