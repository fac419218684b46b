// What a person has left on boards when they are erased.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'

type Trx = Transaction<Schema>

export async function deletePrivateBoards(trx: Trx, personId: string): Promise<void> {
  await trx.deleteFrom('boards').where('person_id', '=', personId).where('visibility', '=', 'private').execute()
}

/** On boards that they no longer see as well. */
export async function loseAuthor(trx: Trx, personId: string): Promise<void> {
  await sql`update files set message_id = null, attachment_id = null, run_id = null
    where update_id in (select id from updates where created_by = ${personId}) or run_id in (select id from runs where person_id = ${personId})`.execute(
    trx,
  )
  await trx.updateTable('updates').set({ created_by: null, source_run_id: null }).where('created_by', '=', personId).execute()
  const noSource = { created_by: null, source_message_id: null, source_recipe_id: null, source_run_id: null }
  await trx.updateTable('items').set(noSource).where('created_by', '=', personId).execute()
}
