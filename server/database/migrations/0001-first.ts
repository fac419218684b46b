// The first schema. One SQL dialect for PostgreSQL and for the embedded database.
// Nothing here holds a token, a clientState (its hash alone) or the body of a mail (what a recipe maps aside).
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Who has signed in. A person is known by tenant and object id, never by address.
  `create table people (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    object_id uuid not null,
    display_name text not null default '',
    created_at timestamptz not null default now(),
    unique (tenant_id, object_id)
  )`,

  // Who in a tenant may create recipes: 'everyone', 'admins', or a list of object ids.
  `create table policies (
    tenant_id uuid primary key,
    create_recipes jsonb not null,
    updated_at timestamptz not null default now()
  )`,

  // A person's standing permission at a provider. The delegated tokens lie in Vault under connection_key.
  // status 'connecting' is seen by nobody: it lasts from the first write until the check read has passed.
  // cursor: everything received before it has been listed; next_catchup_at: when ids are listed again (by index).
  `create table connections (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    provider text not null check (provider in ('microsoft', 'monday')),
    status text not null check (status in ('connecting', 'active', 'needs-reconnect', 'disconnecting')),
    connection_key text not null unique,
    account text,
    addresses jsonb not null default '[]',
    inbox_id text,
    scopes jsonb not null default '[]',
    since timestamptz not null default now(),
    last_refresh_at timestamptz,
    token_expires_at timestamptz,
    reason jsonb,
    cursor timestamptz not null default now(),
    next_catchup_at timestamptz,
    unique (person_id, provider)
  )`,
  `create index connections_due on connections (next_catchup_at) where status = 'active'`,

  // Graph's promise to call us. The row is committed before the POST: a notification whose clientState matches
  // a pending row is genuine even when it overtakes the answer.
  `create table subscriptions (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    connection_id uuid not null references connections on delete cascade,
    graph_id text unique,
    client_state_hash bytea not null unique,
    state text not null check (state in ('pending', 'active', 'removed')),
    expires_at timestamptz,
    renew_at timestamptz,
    created_at timestamptz not null default now()
  )`,
  `create index subscriptions_due on subscriptions (renew_at) where state = 'active'`,
  `create index subscriptions_connection on subscriptions (connection_id)`,

  // Consent pages under way: one use, ten minutes. Only the hash of the page's secret is kept.
  `create table consent_requests (
    id uuid primary key default gen_random_uuid(),
    secret_hash bytea not null unique,
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    permissions jsonb not null,
    catch_up text not null,
    state_hash bytea unique,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,

  // Leases: one holder at a time for what must not run twice over an outside call. By database time.
  `create table leases (
    name text primary key,
    holder uuid not null,
    until timestamptz not null
  )`,

  // The inbox: ids of messages that Graph announced or that a catch-up listed, once each.
  // queued: a job is on its way · treated: every recipe has its run · absent: it was not in the Inbox, treated
  // again when it comes back · parked: the connection is dead, queued again at reconnection.
  `create table inbox_messages (
    connection_id uuid not null references connections on delete cascade,
    message_id text not null,
    tenant_id uuid not null,
    state text not null check (state in ('queued', 'treated', 'absent', 'parked')),
    source text not null check (source in ('notification', 'catch-up')),
    seen_at timestamptz not null default now(),
    treated_at timestamptz,
    primary key (connection_id, message_id)
  )`,
  `create index inbox_messages_open on inbox_messages (connection_id, seen_at) where state in ('queued', 'parked')`,

  `create table recipes (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    name text not null,
    enabled boolean not null,
    enabled_at timestamptz,
    trigger_kind text not null,
    body jsonb not null,
    paused_cause text,
    version integer not null default 1,
    created_at timestamptz not null default now()
  )`,
  `create index recipes_person on recipes (person_id, created_at)`,

  `create table boards (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    person_id uuid references people on delete set null,
    name text not null,
    visibility text not null check (visibility in ('private', 'tenant')),
    groups jsonb not null,
    columns jsonb not null,
    version integer not null default 1,
    created_at timestamptz not null default now()
  )`,
  `create index boards_tenant on boards (tenant_id, created_at)`,

  `create table items (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    board_id uuid not null references boards on delete cascade,
    group_id text not null,
    name text not null,
    columns jsonb not null,
    created_by uuid references people on delete set null,
    source_message_id text,
    source_recipe_id uuid,
    source_run_id uuid,
    version integer not null default 1,
    created_at timestamptz not null default now()
  )`,
  `create index items_board on items (board_id, created_at desc, id)`,

  // Which item a mail and its conversation belong to, seen from one mailbox. Never shown to another person.
  `create table message_links (
    id bigint generated always as identity primary key,
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    item_id uuid not null references items on delete cascade,
    message_id text not null,
    conversation_id text,
    internet_message_id text,
    created_at timestamptz not null default now(),
    unique (person_id, item_id, message_id)
  )`,
  `create index message_links_message on message_links (person_id, message_id)`,
  `create index message_links_conversation on message_links (person_id, conversation_id)`,

  `create table updates (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    item_id uuid not null references items on delete cascade,
    body text not null,
    body_text text not null,
    created_by uuid references people on delete set null,
    source_run_id uuid,
    created_at timestamptz not null default now()
  )`,
  `create index updates_item on updates (item_id, created_at desc, id)`,

  // Files hang on an update. 'pending' until the last chunk is there; attachment_id is Graph's, kept until then.
  `create table files (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    update_id uuid not null references updates on delete cascade,
    run_id uuid,
    message_id text,
    attachment_id text,
    name text not null,
    content_type text not null,
    size bigint not null,
    state text not null check (state in ('pending', 'stored', 'left-out')),
    left_out_because text,
    created_at timestamptz not null default now()
  )`,
  `create index files_update on files (update_id)`,
  `create index files_run on files (run_id) where state = 'pending'`,
  `create table file_chunks (
    file_id uuid not null references files on delete cascade,
    ordinal integer not null,
    bytes bytea not null,
    primary key (file_id, ordinal)
  )`,
  `create table file_tickets (
    secret_hash bytea primary key,
    file_id uuid not null references files on delete cascade,
    expires_at timestamptz not null
  )`,

  // One recipe on one message. Unique: nothing happens twice. run_seq grows only with a run that its owner asks for.
  // fence: raised at every claim; a late writer whose fence is old changes nothing.
  `create table runs (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    recipe_id uuid references recipes on delete set null,
    recipe_key uuid not null,
    recipe_version integer not null,
    connection_id uuid references connections on delete set null,
    message_id text not null,
    run_seq integer not null default 1,
    subject text not null default '',
    from_text text not null default '',
    received_at timestamptz,
    conversation_id text,
    internet_message_id text,
    outcome text not null check (outcome in ('done', 'skipped', 'failed', 'waiting', 'needs-you')),
    reason_code text not null,
    reason_params jsonb not null default '{}',
    fence integer not null default 0,
    lease_until timestamptz,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    unique (recipe_key, message_id, run_seq)
  )`,
  `create index runs_person on runs (person_id, started_at desc, id)`,
  `create index runs_message on runs (person_id, message_id)`,
  `create index runs_conversation on runs (person_id, conversation_id)`,
  `create index runs_finished on runs (finished_at)`,

  // What a run does, in order. plan holds the mapped values until the action has ended, then null.
  `create table actions (
    run_id uuid not null references runs on delete cascade,
    ordinal integer not null,
    tenant_id uuid not null,
    kind text not null,
    plan jsonb,
    outcome text not null check (outcome in ('waiting', 'done', 'skipped', 'failed', 'undone')),
    item_id uuid,
    item_version integer,
    update_id uuid,
    made_item boolean not null default false,
    ended_at timestamptz,
    primary key (run_id, ordinal)
  )`,
  `create index actions_item on actions (item_id)`,

  // What a disconnection removed. Readable by its unguessable id; names nobody.
  `create table receipts (
    id uuid primary key default gen_random_uuid(),
    kind text not null,
    parts jsonb not null,
    requested_at timestamptz not null default now(),
    finished_at timestamptz
  )`,
]
