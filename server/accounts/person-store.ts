// All that is kept of one person, removed.
import type { Transaction } from 'kysely'
import { deletePrivateBoards, loseAuthor } from '../boards/lose-author-store.ts'
import type { Schema } from '../database/schema.ts'
import { type HashOf, refuseSignIns } from '../people/erased-sign-ins.ts'
import { deletePerson } from '../people/person.ts'
import { removeFromPolicy } from '../people/policy-store.ts'
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
  await deletePrivateBoards(trx, personId)
  await removeFromPolicy(trx, tenantId, known.object_id)
  await takeOn(trx, { role: 'mailboard_system', tenantId: '', personId: '', administers: '' })
  await loseAuthor(trx, personId)
  await deletePerson(trx, personId)
  await refuseSignIns(trx, hashOf({ tenantId, objectId: known.object_id }))
}
