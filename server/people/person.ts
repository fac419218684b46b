// A person is identified by tenant and object ID, never by address. The access token's other claims are passed along.
import { sql } from 'kysely'
import type { Database, Db } from '../database/schema.ts'
import { erasedProblem, isErased, type SignIn } from './erased-sign-ins.ts'

export type Identity = { tenantId: string; objectId: string; displayName: string; roles: readonly string[] }

export type Person = Identity & { personId: string }

type Administration = { admins: readonly { tenantId: string; objectId: string }[] }

/** The person of this access token. A sign-in from before an erasure does not store the person again. */
export async function personSignedIn(db: Database, identity: Identity, signIn: SignIn): Promise<Person> {
  const { displayName } = identity
  const known = await lookUp(db, identity, signIn)
  if (known === undefined || known.is_erased) throw erasedProblem()
  if (known.id !== null && (known.display_name === displayName || displayName === '')) return { ...identity, personId: known.id }
  return db.transaction().execute(async (trx) => {
    const person = await findOrAddPerson(trx, identity)
    // The write above has waited for an erasure in progress, so its result is visible now.
    const { rows: after } = await sql<{ is_erased: boolean }>`select ${isErased(signIn)} as is_erased`.execute(trx)
    if (after[0]?.is_erased !== false) throw erasedProblem()
    return person
  })
}

/** The same, without storing anyone. `erased`: the person was here, and their data was erased. */
export async function personKnown(db: Db, identity: Identity, signIn: SignIn): Promise<Person | 'unknown' | 'erased'> {
  const known = await lookUp(db, identity, signIn)
  if (known?.is_erased) return 'erased'
  return known === undefined || known.id === null ? 'unknown' : { ...identity, personId: known.id }
}

async function lookUp(db: Db, { tenantId, objectId }: Identity, signIn: SignIn) {
  const { rows } = await sql<{ id: string | null; display_name: string; is_erased: boolean }>`
    select id, display_name, ${isErased(signIn)} as is_erased
    from (select) once left join people on tenant_id = ${tenantId} and object_id = ${objectId}`.execute(db)
  return rows[0]
}

/** Writes only if the name is new. */
export async function findOrAddPerson(db: Db, identity: Identity): Promise<Person> {
  const { tenantId, objectId, displayName } = identity
  const known = await db
    .selectFrom('people')
    .select(['id', 'display_name'])
    .where('tenant_id', '=', tenantId)
    .where('object_id', '=', objectId)
    .executeTakeFirst()
  if (known !== undefined && (known.display_name === displayName || displayName === '')) return { ...identity, personId: known.id }
  const { id } = await db
    .insertInto('people')
    .values({ tenant_id: tenantId, object_id: objectId, display_name: displayName })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'object_id']).doUpdateSet({ display_name: displayName }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return { ...identity, personId: id }
}

/** Deletes them, with everything that belongs only to them. */
export async function deletePerson(db: Db, personId: string): Promise<void> {
  await db.deleteFrom('people').where('id', '=', personId).execute()
}

/** People whom the operator listed, and people with the app role. */
export const administers = (person: Identity, { admins }: Administration): boolean =>
  person.roles.includes('Mailboard.Admin') ||
  admins.some(({ tenantId, objectId }) => tenantId === person.tenantId && objectId === person.objectId)
