// What administrators did with boards of others: for each board's owner to read, and for nobody else. Kept as long as runs.
import { type Kysely, sql } from 'kysely'
import { person, tenant } from './whose.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // person_id: the board's owner. board_id has no foreign key, since a deletion is what they must hear of most; board_name is
  // what the board was called before. visitor_id: null once the administrator was erased. The name is read from people.
  `create table board_visits (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    board_id uuid not null,
    board_name text not null,
    visitor_id uuid references people on delete set null,
    what text not null,
    at timestamptz not null default now()
  )`,
  `create index board_visits_person on board_visits (person_id, at desc, id desc)`,
  `create index board_visits_visitor on board_visits (visitor_id)`,
  `create index board_visits_at on board_visits using brin (at)`,
  `alter table board_visits enable row level security`,
  `alter table board_visits force row level security`,
  // Written and purged by the system alone: who made a trace cannot take it away.
  `grant select on board_visits to mailboard_app`,
  `create policy of_person on board_visits to mailboard_app using (tenant_id = ${tenant} and person_id = ${person})`,
  `grant select, insert, update, delete on board_visits to mailboard_system`,
  `create policy of_system on board_visits to mailboard_system using (true)`,
]
