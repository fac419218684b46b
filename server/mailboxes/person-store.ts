// All that is kept of one person, removed.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { type HashOf, refuseSignIns } from '../people/erased-sign-ins.ts'
import { type Actor, takeOn } from '../people/unit-of-work.ts'

type Trx = Transaction<Schema>

/** What goes with a person and is read while others write for them. Begun as the system, and goes on as that. */
export async function holdOwned(trx: Trx, { tenantId, personId }: Actor, table: 'recipes' | 'boards'): Promise<void> {
  await takeOn(trx, { role: 'mailboard_app', tenantId, personId, administers: '' })
  await trx.selectFrom(table).select('id').where('person_id', '=', personId).orderBy('id').forUpdate().execute()
  await takeOn(trx, { role: 'mailboard_system', tenantId: '', personId: '', administers: '' })
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
