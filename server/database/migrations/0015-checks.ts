// Of a mail that no recipe matched: its id, its times, and for each recipe the condition that decided. Nothing of what it says.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'
import { person, tenant } from './whose.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  lockedAtOnce(['runs', 'actions']),

  // not_matched: by recipe, the pointer of the condition that decided.
  `create table checks (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    connection_id uuid references connections on delete set null,
    message_id text not null,
    received_at timestamptz,
    checked_at timestamptz not null default now(),
    not_matched jsonb not null
  )`,
  `create unique index checks_message on checks (person_id, message_id)`,
  `create index checks_newest on checks (person_id, checked_at desc, id desc)`,
  `create index checks_old on checks (checked_at)`,
  `create index checks_connection on checks (connection_id)`,
  `alter table checks enable row level security`,
  `alter table checks force row level security`,
  `grant select, insert, update on checks to mailboard_app`,
  `grant select, delete on checks to mailboard_system`,
  `create policy of_person on checks to mailboard_app using (tenant_id = ${tenant} and person_id = ${person})`,
  `create policy of_system on checks to mailboard_system using (true)`,

  // Runs of earlier versions that said no more than this, with the subject and the sender of the mail.
  `insert into checks (tenant_id, person_id, connection_id, message_id, received_at, checked_at, not_matched)
    select tenant_id, person_id, (array_agg(connection_id))[1], message_id, min(received_at), min(started_at),
      jsonb_object_agg(recipe_key, coalesce(reason_params->>'pointer', '/conditions'))
    from runs where outcome = 'skipped' and reason_code = 'conditions-not-met' and recipe_version > 0
    group by tenant_id, person_id, message_id`,
  `delete from runs where outcome = 'skipped' and reason_code = 'conditions-not-met' and recipe_version > 0`,
]
