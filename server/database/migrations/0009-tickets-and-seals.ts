// Whose right a file's ticket carries; what makes the row of an access log's chain tamper-evident, and a chain that has ended
// verifiable; and whether an item is still there for a person who does not see it any more.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  lockedAtOnce(['people', 'file_tickets', 'access_chains']),

  // null: made by an earlier version, within the minute that a ticket lives. It opens nothing any more.
  `alter table file_tickets add column person_id uuid references people on delete cascade`,

  // state_mac: HMAC of the row under the chain's key; null: not written since this version came. sealed: the chain's key, encrypted
  // under the server's own credential for the state that the chain ended in, once the connection's own copy is erased; ended_at: when.
  `alter table access_chains
    add column state_mac text,
    add column sealed text,
    add column ended_at timestamptz`,

  `create function is_item_of_tenant(wanted uuid) returns boolean language plpgsql as $$
  declare
    before text := coalesce(current_setting('mailboard.administers', true), '');
    is_there boolean;
  begin
    perform set_config('mailboard.administers', 'yes', true);
    select exists (select from items where id = wanted) into is_there;
    perform set_config('mailboard.administers', before, true);
    return is_there;
  end $$`,
]
