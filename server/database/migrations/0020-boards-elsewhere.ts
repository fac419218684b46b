// What is known of boards elsewhere, each as one person sees it, and pages on which they let this server in there. And actions there that take several calls: each has its intent, which
// holds what the calls before it have made.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const tenant = `(select nullif(current_setting('mailboard.tenant', true), '')::uuid)`
const person = `(select nullif(current_setting('mailboard.person', true), '')::uuid)`

const statements = [
  lockedAtOnce(['consent_requests', 'intents']),

  // Whose page it is.
  `alter table consent_requests add column provider text not null default 'microsoft' check (provider in ('microsoft', 'monday'))`,

  // sent_at: null where it is certain that nothing has left under this key.
  `alter table intents add column made jsonb, alter column sent_at drop not null`,

  // marker: the column that holds what our items are found by. may_add_marker, makes_labels: what the person has allowed there.
  `create table known_boards (
    person_id uuid not null references people on delete cascade,
    target text not null,
    board_id text not null,
    tenant_id uuid not null,
    name text not null,
    groups jsonb not null,
    columns jsonb not null,
    marker text,
    may_add_marker boolean not null default false,
    makes_labels boolean not null default false,
    read_at timestamptz not null default now(),
    primary key (person_id, target, board_id)
  )`,
  `alter table known_boards enable row level security`,
  `alter table known_boards force row level security`,
  `grant select, insert, update, delete on known_boards to mailboard_app`,
  `create policy of_person on known_boards to mailboard_app using (tenant_id = ${tenant} and person_id = ${person})`,
]
