// The access log: every call on a mailbox, chained by HMAC under a key that only Vault holds.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // A chain for each connection and key. Its links are numbered from 1: a call takes one when it begins, one when it ends.
  // seq, head: the last link. tail_seq: the call that began last; fold_before: the head before it where it is a listing,
  // foldable when that found nothing and the next such listing is added to its row. kept_seq, kept_head: the link before
  // the first row that is kept. It outlives its connection, whose key is erased then, until its person goes.
  `create table access_chains (
    id uuid primary key,
    connection_id uuid not null,
    tenant_id uuid not null,
    person_id uuid not null references people on delete cascade,
    key_id text not null,
    ended boolean not null default false,
    seq integer not null default 0,
    head text not null,
    last_at timestamptz not null default 'epoch',
    tail_seq integer not null default 0,
    fold_before text,
    foldable boolean not null default false,
    kept_seq integer not null default 0,
    kept_head text not null
  )`,
  `create unique index access_chains_connection on access_chains (connection_id) where not ended`,
  `create index access_chains_person on access_chains (person_id)`,

  // A call: committed before it leaves, completed after it. What it brought is not kept.
  `create table access_log (
    id uuid not null default gen_random_uuid(),
    chain_id uuid not null references access_chains on delete cascade,
    seq integer not null,
    tenant_id uuid not null,
    person_id uuid not null,
    at timestamptz not null,
    what text not null,
    fields text[] not null,
    purpose text not null,
    recipe_ids uuid[] not null,
    message_id text,
    count integer not null default 1,
    until timestamptz,
    head text not null,
    status integer,
    finished_at timestamptz,
    end_seq integer,
    end_head text,
    primary key (chain_id, seq)
  ) with (fillfactor = 80)`,
  `create index access_log_person on access_log (person_id, at desc, id desc)`,
  `create index access_log_at on access_log using brin (at)`,
]
