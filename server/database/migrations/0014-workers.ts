// Whose a claim is, so that what a process had under way goes on as soon as it is gone (see jobs/presence.ts).
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  lockedAtOnce(['inbox_messages', 'suspect_jobs', 'runs']),

  // Each has a lock on its number as long as its process is there.
  `create table workers (
    number integer primary key,
    since timestamptz not null default now()
  )`,
  `alter table workers enable row level security`,
  `alter table workers force row level security`,
  `grant select, insert, delete on workers to mailboard_system`,
  `create policy of_system on workers to mailboard_system using (true)`,

  // Of whom the last claim is; what an earlier version has claimed has none, and waits for its lease.
  `alter table inbox_messages add column worker integer`,
  `alter table suspect_jobs add column worker integer`,
  `alter table runs add column worker integer`,
]
