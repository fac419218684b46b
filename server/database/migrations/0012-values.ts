// Where people read their mail; what an item's columns are found by; and what was left out of an item when it was made.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  lockedAtOnce(['people', 'items']),

  // An IANA name; null until somebody has said it.
  `alter table people add column time_zone text`,

  // find_keys: by column, a hash of the value as it compares (recipes/find-key.ts), since the database cannot fold as the language does.
  // Null on items from before: these are found by the very same value.
  `alter table items add column find_keys jsonb, add column left_out jsonb not null default '[]'`,
]
