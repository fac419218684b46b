// What started a run. Items on boards elsewhere, known by their target and their id there; and what is to be sent there, kept before it leaves.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'
import { person, tenant } from './whose.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  lockedAtOnce(['runs', 'actions', 'message_links']),

  // A click is an event of its own each time, of which no recipe is the key. The version before wrote version 0 and a made-up key.
  `alter table runs
    add column event_kind text not null default 'mail' check (event_kind in ('mail', 'click')),
    alter column recipe_key drop not null`,
  `update runs set event_kind = 'click', recipe_key = null where recipe_version = 0`,

  // item_id and update_id are those of a board of this server.
  `alter table actions
    add column target text not null default 'built-in',
    add column remote_item_id text,
    add column remote_update_id text`,

  `alter table message_links
    alter column item_id drop not null,
    add column target text not null default 'built-in',
    add column remote_board_id text,
    add column remote_item_id text,
    add constraint message_links_one_item check ((target = 'built-in') = (item_id is not null) and (item_id is null) = (remote_item_id is not null))`,
  `create unique index message_links_remote on message_links (person_id, target, remote_item_id, message_id) where remote_item_id is not null`,

  // request: what is sent, as it stands. sent_at: when it left first under this key. answer: one that came too late for its sender.
  `create table intents (
    run_id uuid not null,
    ordinal integer not null,
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    request text not null,
    key uuid not null,
    sent_at timestamptz not null,
    reads integer not null default 0,
    read_at timestamptz,
    answer jsonb,
    primary key (run_id, ordinal),
    foreign key (run_id, ordinal) references actions on delete cascade
  )`,
  `alter table intents enable row level security`,
  `alter table intents force row level security`,
  `grant select, insert, update, delete on intents to mailboard_app`,
  `grant select, delete on intents to mailboard_system`,
  `create policy of_person on intents to mailboard_app using (tenant_id = ${tenant} and person_id = ${person})`,
  `create policy of_system on intents to mailboard_system using (true)`,
]
