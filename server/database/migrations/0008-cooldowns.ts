// Services that fail are left alone for a while, by all processes together.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // service: entra, vault, graph; or mail, whose rows are mailboxes that wait for one of these · scope: a connection, or what
  // its failures belong to as well (parent): a tenant, or all · failures: in a row; 0 where the service said how long to wait.
  `create table cooldowns (
    service text not null,
    scope text not null,
    parent text,
    connection_id uuid references connections on delete cascade,
    until timestamptz not null,
    failures smallint not null default 0,
    failed_at timestamptz,
    succeeded_at timestamptz,
    primary key (service, scope)
  )`,
  `create index cooldowns_connection on cooldowns (connection_id)`,
  `alter table cooldowns enable row level security`,
  `alter table cooldowns force row level security`,
  `grant select, insert, update, delete on cooldowns to mailboard_system`,
  `create policy of_system on cooldowns to mailboard_system using (true)`,
]
