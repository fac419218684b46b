// What each day brought to a mailbox is counted when somebody asks, over the rows that are there: treating a mail costs no
// statement more. One index for that takes the place of the one by state, so that a change of state touches no index at all.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create index inbox_messages_seen on inbox_messages (connection_id, seen_at)`,
  `drop index inbox_messages_open`,
  // The last reconnection that caught up: since when the mailbox had not been listed, when it came back, and when the
  // first listing after that had ended.
  `alter table connections add away_since timestamptz, add back_at timestamptz, add caught_up_at timestamptz`,
]
