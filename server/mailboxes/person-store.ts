// All that is kept of one person: told to them, or removed.
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Exported } from '../../contract/me.ts'
import type { Schema } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'

type Trx = Transaction<Schema>

/** As the tables hold it, but for what opens something: the keys under which Vault keeps tokens, and hashes of secrets. */
export async function exportOf(trx: Trx, { personId }: Actor): Promise<Exported> {
  const exported: Exported = { exportedAt: new Date().toISOString(), tables: {} }
  for (const [table, rowsOf] of Object.entries(rowsOfPerson)) {
    const { rows } = await sql<{ row: Record<string, unknown> }>`
      select to_jsonb(kept) - ${secrets}::text[] as row from ${sql.table(table)} kept where ${rowsOf(personId)}`.execute(trx)
    exported.tables[table] = rows.map(({ row }) => row)
  }
  return exported
}

const secrets = ['connection_key', 'client_state_hash', 'secret_hash', 'state_hash']

const inTurn = (table: string, column: string) => (person: string) =>
  sql`kept.${sql.ref(column)} in (select id from ${sql.table(table)} where person_id = ${person})`
const own = (person: string) => sql`kept.person_id = ${person}`
const madeOrOnOwnBoard = (person: string) =>
  sql`(kept.created_by = ${person} or kept.board_id in (select id from boards where person_id = ${person}))`

/** Row-level security has the last word: what a person may not see is not told either. */
const rowsOfPerson: Record<string, (person: string) => RawBuilder<unknown>> = {
  people: (person) => sql`kept.id = ${person}`,
  connections: own,
  subscriptions: inTurn('connections', 'connection_id'),
  consent_requests: own,
  inbox_messages: inTurn('connections', 'connection_id'),
  recipes: own,
  runs: own,
  actions: inTurn('runs', 'run_id'),
  access_log: own,
  message_links: own,
  boards: own,
  items: madeOrOnOwnBoard,
  updates: (person) => sql`kept.created_by = ${person}`,
  files: (person) => sql`kept.update_id in (select id from updates where created_by = ${person})`,
}

/**
 * What stays with others – boards that are shared, items and updates on them – stays without its author, and without the
 * mail that it came from. What nobody else has seen goes.
 */
export async function leaveShared(trx: Trx, { tenantId, personId }: Actor): Promise<void> {
  await trx.deleteFrom('boards').where('person_id', '=', personId).where('visibility', '=', 'private').execute()
  const noSource = { created_by: null, source_message_id: null, source_recipe_id: null, source_run_id: null }
  await sql`update files set message_id = null, attachment_id = null, run_id = null
    where update_id in (select id from updates where created_by = ${personId})`.execute(trx)
  await trx.updateTable('updates').set({ created_by: null, source_run_id: null }).where('created_by', '=', personId).execute()
  await trx.updateTable('items').set(noSource).where('created_by', '=', personId).execute()
  await sql`update policies set create_recipes = create_recipes - (select object_id::text from people where id = ${personId})
    where tenant_id = ${tenantId} and jsonb_typeof(create_recipes) = 'array'`.execute(trx)
}

/** All that belongs to them alone goes with them. */
export async function removePerson(trx: Trx, personId: string): Promise<void> {
  await trx.deleteFrom('people').where('id', '=', personId).execute()
}
