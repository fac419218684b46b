// Where people read their mail; what an item's columns are found by; and what was left out of an item when it was made.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Tables are changed under the traffic of other replicas: both are taken at once, or none.
  `do $$
  declare
    attempts int := 0;
  begin
    loop
      begin
        set local lock_timeout = '200ms';
        lock table people, items in access exclusive mode;
        exit;
      exception when lock_not_available then
        attempts := attempts + 1;
        if attempts > 300 then raise; end if;
        perform pg_sleep(random() * 0.1);
      end;
    end loop;
    set local lock_timeout = '0';
  end $$`,

  // An IANA name; null until somebody has said it.
  `alter table people add column time_zone text`,

  // find_keys: by column, a hash of the value as it compares (recipes/find-key.ts), since the database cannot fold as the language does.
  // Null on items from before: these are found by the very same value.
  `alter table items add column find_keys jsonb, add column left_out jsonb not null default '[]'`,
]
