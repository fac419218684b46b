// All that is kept of one person: told to them, or removed.
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Exported } from '../../contract/me.ts'
import type { Schema } from '../database/schema.ts'
import { type HashOf, refuseSignIns } from '../people/erased-sign-ins.ts'
import { type Actor, takeOn } from '../people/unit-of-work.ts'

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
 * All that belongs to them alone goes with them; what stays with others – boards that are shared, items and updates on boards
 * – stays without its author, and without the mail that it came from. In one transaction, begun as the system: who still
 * writes for this person has ended before, or finds nobody there.
 */
export async function removePerson(trx: Trx, person: Actor, hashOf: HashOf): Promise<void> {
  const { tenantId, personId } = person
  const known = await trx.selectFrom('people').select('object_id').where('id', '=', personId).forUpdate().executeTakeFirst()
  if (known === undefined) return
  await takeOn(trx, { role: 'mailboard_app', tenantId, personId, administers: '' })
  await trx.deleteFrom('boards').where('person_id', '=', personId).where('visibility', '=', 'private').execute()
  await removeFromPolicy(trx, tenantId, known.object_id)
  await takeOn(trx, { role: 'mailboard_system', tenantId: '', personId: '', administers: '' })
  await loseAuthor(trx, personId)
  await trx.deleteFrom('people').where('id', '=', personId).execute()
  await refuseSignIns(trx, hashOf({ tenantId, objectId: known.object_id }))
}

/** On boards that they no longer see as well. */
async function loseAuthor(trx: Trx, personId: string): Promise<void> {
  await sql`update files set message_id = null, attachment_id = null, run_id = null
    where update_id in (select id from updates where created_by = ${personId}) or run_id in (select id from runs where person_id = ${personId})`.execute(
    trx,
  )
  await trx.updateTable('updates').set({ created_by: null, source_run_id: null }).where('created_by', '=', personId).execute()
  const noSource = { created_by: null, source_message_id: null, source_recipe_id: null, source_run_id: null }
  await trx.updateTable('items').set(noSource).where('created_by', '=', personId).execute()
}

/** However the administrator wrote them. */
const removeFromPolicy = (trx: Trx, tenantId: string, objectId: string) =>
  sql`update policies
    set create_recipes = (
      select coalesce(jsonb_agg(named order by ordinal), '[]')
      from jsonb_array_elements_text(create_recipes) with ordinality as each (named, ordinal) where lower(named) <> ${objectId})
    where tenant_id = ${tenantId} and jsonb_typeof(create_recipes) = 'array' and strpos(lower(create_recipes::text), ${objectId}) > 0`.execute(
    trx,
  )
