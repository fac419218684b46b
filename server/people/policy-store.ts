// Who in a tenant may create recipes. Without a row: everyone.
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import type { Identity } from './person.ts'

export type CreateRecipes = 'everyone' | 'admins' | string[]

export async function findPolicy(db: Db, tenantId: string): Promise<CreateRecipes> {
  const row = await db.selectFrom('policies').select('create_recipes').where('tenant_id', '=', tenantId).executeTakeFirst()
  return row?.create_recipes ?? 'everyone'
}

/** Object IDs as the directory writes them, without duplicates. */
export async function savePolicy(db: Db, tenantId: string, given: CreateRecipes): Promise<CreateRecipes> {
  const createRecipes = typeof given === 'string' ? given : [...new Set(given.map((objectId) => objectId.toLowerCase()))]
  const written = { create_recipes: jsonText(createRecipes), updated_at: new Date() }
  await db
    .insertInto('policies')
    .values({ tenant_id: tenantId, ...written })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(written))
    .execute()
  return createRecipes
}

/** An administrator always can. */
export async function mayCreateRecipes(db: Db, person: Identity, isAdministrator: boolean): Promise<boolean> {
  if (isAdministrator) return true
  const createRecipes = await findPolicy(db, person.tenantId)
  if (createRecipes === 'everyone') return true
  return createRecipes !== 'admins' && createRecipes.some((objectId) => objectId.toLowerCase() === person.objectId)
}

/** In whatever case the administrator wrote them. */
export const removeFromPolicy = (db: Db, tenantId: string, objectId: string) =>
  sql`update policies
    set create_recipes = (
      select coalesce(jsonb_agg(named order by ordinal), '[]')
      from jsonb_array_elements_text(create_recipes) with ordinality as each (named, ordinal) where lower(named) <> ${objectId})
    where tenant_id = ${tenantId} and jsonb_typeof(create_recipes) = 'array' and strpos(lower(create_recipes::text), ${objectId}) > 0`.execute(
    db,
  )
