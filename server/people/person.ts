// A person is known by tenant and object id, never by address. What the access token said of them goes along.
import type { Db } from '../database/schema.ts'

export type Identity = { tenantId: string; objectId: string; displayName: string; roles: readonly string[] }

export type Person = Identity & { personId: string }

type Administration = { admins: readonly { tenantId: string; objectId: string }[] }

/** Writes only where the name is new: this runs at every request. */
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

/** Those whom the operator named, and holders of the app role. */
export const administers = (person: Identity, { admins }: Administration): boolean =>
  person.roles.includes('Mailboard.Admin') ||
  admins.some(({ tenantId, objectId }) => tenantId === person.tenantId && objectId === person.objectId)
