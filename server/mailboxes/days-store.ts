// The daily line of a mailbox. Counted from the rows that notifications and listings leave, so that it cannot differ from them.
import { sql } from 'kysely'
import type { MailboxDay } from '../../contract/connection.ts'
import type { ConnectionRow } from '../connections/connection-store.ts'
import type { Db } from '../database/schema.ts'

const days = 7

/** Newest first, from the day of the connection at the earliest. Days begin where the clock of who asks says so. */
export async function daysOf(db: Db, { id, since }: ConnectionRow, utcOffset: number): Promise<MailboxDay[]> {
  const { rows } = await sql<MailboxDay>`
    with asked as (
      select make_interval(mins => ${utcOffset}::int) as ahead
    ), days as (
      select (now() at time zone 'utc' + ahead)::date - back as day, ahead from asked, generate_series(0, ${days - 1}) as back
    )
    select to_char(day, 'YYYY-MM-DD') as day,
      count(message_id)::int as seen,
      count(*) filter (where state in ('treated', 'absent'))::int as treated,
      count(*) filter (where state in ('queued', 'parked'))::int as open,
      count(*) filter (where source = 'catch-up')::int as "foundByListing"
    from days left join inbox_messages on connection_id = ${id}
      and seen_at >= (day - ahead) at time zone 'utc' and seen_at < (day + 1 - ahead) at time zone 'utc'
    where day >= (${since}::timestamptz at time zone 'utc' + ahead)::date
    group by day order by day desc`.execute(db)
  return rows
}
