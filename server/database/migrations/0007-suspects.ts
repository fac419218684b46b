// Jobs that were under way when a process died are tried alone from then on, and only what happens then is held against them.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // suspect: a claim of it has lapsed · alone: the present claim was made with nothing else under way in its process ·
  // deaths: how often such a claim has lapsed. lapses counts all of them since the mail was last done with.
  `alter table inbox_messages
    add column suspect boolean not null default false,
    add column alone boolean not null default false,
    add column deaths smallint not null default 0`,
  `create index inbox_messages_suspects on inbox_messages (deaths, due_at) where suspect and state = 'queued'`,
  // The suspects among the jobs of pg-boss, which are moved here when they come up again.
  `create table suspect_jobs (
    id uuid primary key default gen_random_uuid(),
    queue text not null,
    data jsonb not null,
    attempt smallint not null,
    group_id text,
    due_at timestamptz not null default now(),
    claim uuid,
    alone boolean not null default false,
    deaths smallint not null default 0,
    lapses smallint not null default 1,
    unique (queue, data)
  )`,
  `alter table suspect_jobs enable row level security`,
  `alter table suspect_jobs force row level security`,
  `grant select, insert, update, delete on suspect_jobs to mailboard_system`,
  `create policy of_system on suspect_jobs to mailboard_system using (true)`,
]
