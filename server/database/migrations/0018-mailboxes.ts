// Mailboxes get a table of their own, one row for each Microsoft connection; connections keep what every provider has: their owner and
// the state of their tokens.
//
// Servers of the version before may run beside this one for the time of a rolling start, and know the columns of `connections`
// alone. So these stay for one version more, and triggers keep both in step: the migration of the next version drops the columns,
// their indexes and both triggers. A server of the version before locks the connection first and one of this version the mailbox
// first; where they meet on the same mailbox, one of them fails with a deadlock and does its work again.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'
import { person, tenant } from './whose.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** The columns that both tables have until the next version. */
const shared = [
  'inbox_id',
  'addresses',
  'cursor',
  'next_catchup_at',
  'refusals',
  'subscribe_at',
  'away_since',
  'back_at',
  'caught_up_at',
] as const

const columns = shared.join(', ')
const of = (table: string) => shared.map((column) => `${table}.${column}`).join(', ')
const takenFrom = (table: string) => shared.map((column) => `${column} = ${table}.${column}`).join(', ')

/** The status with which Graph refused a subscription, from a connection's reason. */
const refusedStatusOf = (row: string) => `case when ${row}.reason->>'code' = 'subscription-refused'
  then (${row}.reason->'params'->>'status')::smallint end`

const statements = [
  lockedAtOnce(['people', 'connections']),

  // cursor: everything received before it has been listed; next_catchup_at: when ids are listed again; null while the connection is
  // not active · refusals: how often in a row Graph has refused to call for this mailbox, refused_status: with which status the last
  // time, subscribe_at: when it is asked again · away_since, back_at, caught_up_at: the last reconnection that caught up.
  `create table mailboxes (
    connection_id uuid primary key references connections on delete cascade,
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    inbox_id text,
    addresses jsonb not null default '[]',
    cursor timestamptz not null default now(),
    next_catchup_at timestamptz,
    refusals integer not null default 0,
    refused_status smallint,
    subscribe_at timestamptz,
    away_since timestamptz,
    back_at timestamptz,
    caught_up_at timestamptz
  )`,
  `insert into mailboxes (connection_id, tenant_id, person_id, refused_status, ${columns})
    select id, tenant_id, person_id, case when status = 'active' then ${refusedStatusOf('connections')} end, ${columns}
    from connections where provider = 'microsoft'`,
  `create index mailboxes_person on mailboxes (person_id)`,
  `create index mailboxes_catchup on mailboxes (next_catchup_at)`,
  `create index mailboxes_subscribe on mailboxes (subscribe_at) where subscribe_at is not null`,
  `alter table mailboxes enable row level security`,
  `alter table mailboxes force row level security`,
  `grant select, insert, update, delete on mailboxes to mailboard_app, mailboard_system`,
  `create policy of_person on mailboxes to mailboard_app using (tenant_id = ${tenant} and person_id = ${person})`,
  `create policy of_system on mailboxes to mailboard_system using (true)`,

  // What a server of the version before writes.
  `create function mailbox_of_new_connection() returns trigger language plpgsql as $$
  begin
    insert into mailboxes (connection_id, tenant_id, person_id, ${columns})
      values (new.id, new.tenant_id, new.person_id, ${of('new')}) on conflict (connection_id) do nothing;
    return null;
  end $$`,
  `create trigger mailbox_is_added after insert on connections
    for each row when (new.provider = 'microsoft' and pg_trigger_depth() = 0) execute function mailbox_of_new_connection()`,
  `create function mailbox_follows_connection() returns trigger language plpgsql as $$
  begin
    update mailboxes set ${takenFrom('new')}, refused_status = ${refusedStatusOf('new')} where connection_id = new.id;
    return null;
  end $$`,
  `create trigger mailbox_follows after update of ${columns} on connections
    for each row when (pg_trigger_depth() = 0) execute function mailbox_follows_connection()`,

  // And what it reads.
  `create function connections_follow_mailboxes() returns trigger language plpgsql as $$
  begin
    update connections set ${takenFrom('changed')}, reason = case
        when connections.status <> 'active' then connections.reason
        when changed.refused_status is not null then jsonb_build_object('code', 'subscription-refused',
          'params', jsonb_build_object('status', changed.refused_status::text)) end
      from changed where connections.id = changed.connection_id;
    return null;
  end $$`,
  `create trigger connections_follow after update on mailboxes referencing new table as changed
    for each statement when (pg_trigger_depth() = 0) execute function connections_follow_mailboxes()`,
]
