// Who may see which rows. Units of work done for a person run as mailboard_app, and see what belongs to that person or is
// shared with their tenant; intake, queue and schedule run as mailboard_system, which reaches only the tables that it needs.
// Whose work it is stands in the settings mailboard.tenant and mailboard.person (see people/unit-of-work.ts).
import { type Kysely, sql } from 'kysely'
import { person, tenant } from './whose.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await makeRoles(db)
  const run = (statement: string) => sql.raw(statement).execute(db)
  await run(`do $$ begin execute format('grant usage on schema %I to mailboard_app, mailboard_system', current_schema()); end $$`)
  for (const [table, rule] of Object.entries(rules)) {
    await run(`alter table ${table} enable row level security`)
    await run(`alter table ${table} force row level security`)
    if (rule.person !== undefined) {
      await run(`grant ${rule.personMay ?? 'select, insert, update, delete'} on ${table} to mailboard_app`)
      await run(`create policy of_person on ${table} to mailboard_app using (${rule.person})`)
    }
    if (rule.systemMay !== undefined) {
      await run(`grant ${rule.systemMay} on ${table} to mailboard_system`)
      await run(`create policy of_system on ${table} to mailboard_system using (true)`)
    }
  }
  // Whether a board that a person does not see is there at all: a recipe's owner is told apart what was deleted and what is
  // no longer shared with them.
  await run(`
    create function is_board_of_tenant(wanted uuid) returns boolean language plpgsql as $$
    declare
      before text := coalesce(current_setting('mailboard.administers', true), '');
      is_there boolean;
    begin
      perform set_config('mailboard.administers', 'yes', true);
      select exists (select from boards where id = wanted) into is_there;
      perform set_config('mailboard.administers', before, true);
      return is_there;
    end $$`)
}

// As subqueries they are worked out once a statement, and the indexes serve.
const ofTenant = `tenant_id = ${tenant}`
const ofPerson = `${ofTenant} and person_id = ${person}`
/** The policies of the other table hold inside the subquery too: who does not see the one row does not see the other. */
const whereSeen = (table: string, column: string) => `exists (select from ${table} seen where seen.id = ${column})`
const all = 'select, insert, update, delete'

type Rule = { person?: string; personMay?: string; systemMay?: string }

const rules: Record<string, Rule> = {
  people: { person: ofTenant, personMay: 'select', systemMay: all },
  policies: { person: ofTenant },
  connections: { person: ofPerson, systemMay: all },
  subscriptions: { person: whereSeen('connections', 'connection_id'), systemMay: all },
  consent_requests: { person: ofPerson, systemMay: all },
  leases: { systemMay: all },
  inbox_messages: { person: whereSeen('connections', 'connection_id'), systemMay: all },
  recipes: { person: ofPerson, systemMay: 'select' },
  // Administrators change boards that are not shared with them.
  boards: {
    person: `${ofTenant} and (visibility = 'tenant' or person_id = ${person} or (select current_setting('mailboard.administers', true)) = 'yes')`,
  },
  items: { person: whereSeen('boards', 'board_id') },
  message_links: { person: ofPerson },
  updates: { person: whereSeen('items', 'item_id') },
  files: { person: whereSeen('updates', 'update_id'), systemMay: 'select, update' },
  file_chunks: { person: whereSeen('files', 'file_id'), systemMay: 'select' },
  file_tickets: { person: whereSeen('files', 'file_id'), systemMay: 'select, delete' },
  runs: { person: ofPerson, systemMay: all },
  actions: { person: whereSeen('runs', 'run_id'), systemMay: all },
  access_chains: { person: ofPerson, personMay: 'select', systemMay: all },
  access_log: { person: ofPerson, personMay: 'select', systemMay: all },
  // Names nobody. Whoever makes one is told its id, and reads it by that.
  receipts: { person: 'true', personMay: 'insert', systemMay: all },
}

/** Roles belong to the whole server: another database of it may have made them, or be making them now. */
async function makeRoles(db: Kysely<unknown>): Promise<void> {
  await sql.raw(makingRoles).execute(db)
  const { rows } = await sql<{ is_member: boolean }>`
    select coalesce(bool_and(pg_has_role(current_user, rolname, 'member')), false) and count(*) = 2 as is_member
    from pg_roles where rolname in ('mailboard_app', 'mailboard_system')`.execute(db)
  if (rows[0]?.is_member === true) return
  throw new Error(
    `The database user may not make the roles that keep people apart. Let an administrator of PostgreSQL run once: ${rolesByHand}`,
  )
}

export const rolesByHand =
  'create role mailboard_app nologin; create role mailboard_system nologin; grant mailboard_app, mailboard_system to <the user of DATABASE_URL>;'

const makingRoles = `
do $$
declare
  wanted text;
begin
  foreach wanted in array array['mailboard_app', 'mailboard_system'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin', wanted);
      end if;
      -- Who makes a role is, since PostgreSQL 16, allowed to give it, and not yet to take it on.
      if not (select rolsuper from pg_roles where rolname = current_user) and not exists (
        select from pg_auth_members given join pg_roles role on role.oid = given.roleid join pg_roles taker on taker.oid = given.member
        where role.rolname = wanted and taker.rolname = current_user and to_jsonb(given) ->> 'set_option' is distinct from 'false'
      ) then
        execute format('grant %I to current_user', wanted);
      end if;
    exception
      when duplicate_object or unique_violation or insufficient_privilege then null;
    end;
  end loop;
end $$`
