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
      select (now() at time zone 'utc' + ahead)::date - back as day from asked, generate_series(0, ${days - 1}::int) as back
      where (now() at time zone 'utc' + ahead)::date - back >= (${since}::timestamptz at time zone 'utc' + ahead)::date
    ), counted as (
      select (seen_at at time zone 'utc' + ahead)::date as day, count(*)::int as seen,
        count(*) filter (where state in ('treated', 'absent'))::int as treated,
        count(*) filter (where state in ('queued', 'parked'))::int as open,
        count(*) filter (where source = 'catch-up')::int as found
      from inbox_messages, asked
      -- A day more than is shown, so that no offset cuts the first one.
      where connection_id = ${id} and seen_at >= now() - make_interval(days => ${days + 1}::int)
      group by 1
    )
    select to_char(day, 'YYYY-MM-DD') as day, coalesce(seen, 0) as seen, coalesce(treated, 0) as treated, coalesce(open, 0) as open,
      coalesce(found, 0) as "foundByListing"
    from days left join counted using (day) order by days.day desc`.execute(db)
  return rows
}
