// Whether a person has a recipe for arriving emails.
import { type Expression, type SqlBool, sql } from 'kysely'
import type { Db } from '../database/schema.ts'

export async function hasMailRecipe(db: Db, personId: string): Promise<boolean> {
  const row = await db.selectNoFrom(mailRecipeOf(sql`${personId}::uuid`).as('has')).executeTakeFirst()
  return row?.has === true
}

/** Whether a person has a recipe that is on and that an arriving mail starts. */
export const mailRecipeOf = (person: Expression<unknown>) => sql<SqlBool>`(
  select true from recipes where recipes.person_id = ${person} and recipes.enabled and recipes.trigger_kind = 'mail-received' limit 1
) is not null`
