// What an erasure needs to be whole, and to stay so; and no row that names another tenant than its writer's.
import { type Kysely, sql } from 'kysely'
import { lockedAtOnce } from './all-at-once.ts'
import { tenant } from './whose.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const whereSeen = (table: string, column: string) => `exists (select from ${table} seen where seen.id = ${column})`

/** These followed another row alone, whatever tenant they named themselves. */
const followed = {
  subscriptions: whereSeen('connections', 'connection_id'),
  inbox_messages: whereSeen('connections', 'connection_id'),
  items: whereSeen('boards', 'board_id'),
  updates: whereSeen('items', 'item_id'),
  files: whereSeen('updates', 'update_id'),
  actions: whereSeen('runs', 'run_id'),
}

const statements = [
  lockedAtOnce(Object.keys(followed)),

  // USING holds for what is written as well.
  ...Object.entries(followed).map(([table, rule]) => `alter policy of_person on ${table} using (tenant_id = ${tenant} and ${rule})`),

  // An erasure reaches what its person has written on boards that they no longer see: whose it is and where it came from,
  // and nothing of what it says.
  `grant select (id, created_by), update (created_by, source_message_id, source_recipe_id, source_run_id) on items to mailboard_system`,
  `create policy of_system on items to mailboard_system using (true)`,
  `grant select (id, created_by), update (created_by, source_run_id) on updates to mailboard_system`,
  `create policy of_system on updates to mailboard_system using (true)`,

  // Whose access tokens are refused, when they were issued at that moment or before: a keyed hash, for as long as any such
  // token may live.
  `create table erased_sign_ins (
    who bytea primary key,
    erased_at timestamptz not null,
    until timestamptz not null
  )`,
  `alter table erased_sign_ins enable row level security`,
  `alter table erased_sign_ins force row level security`,
  `grant select, insert, update, delete on erased_sign_ins to mailboard_system`,
  `create policy of_system on erased_sign_ins to mailboard_system using (true)`,
]
