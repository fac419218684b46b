// Recipes and their versions. `enabled_at` says since when mails count: it is set when a recipe is switched on and kept
// while it stays on, whatever else is changed.
import { sql, type SqlBool } from 'kysely'
import type { Page } from '../../contract/page.ts'
import type { SavedRecipe } from '../../contract/recipe.ts'
import { recipeBody, type RecipeBody } from '../../recipes/recipe.ts'
import { builtOnce } from '../database/built-once.ts'
import { onPage, type PageAsked, pageFrom } from '../database/page.ts'
import type { Db } from '../database/schema.ts'
import { isUuid, jsonText } from '../database/text.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { rememberedRecipe, rememberRecipe } from './recipe-memory.ts'

/** A mail that arrives is held against all of them. */
export const mostRecipes = 200

export async function listRecipes(db: Db, actor: Actor, asked: PageAsked): Promise<Page<SavedRecipe>> {
  const rows = await recipeRows(db, actor)
    .innerJoin(
      onPage(asked, { table: 'recipes', at: 'created_at', key: ['id'], where: sql`person_id = ${actor.personId}` }),
      'on_page.id',
      'recipes.id',
    )
    .select(['on_page.placed_at', 'on_page.has_more'])
    .orderBy('on_page.place')
    .execute()
  return pageFrom(rows, savedFrom)
}

export async function readRecipe(db: Db, actor: Actor, id: string): Promise<SavedRecipe> {
  const row = isUuid(id) ? await recipeRows(db, actor).where('recipes.id', '=', id).executeTakeFirst() : undefined
  if (row === undefined) throw new Problem('recipe-not-found', 'This recipe does not exist, or is not yours.')
  return savedFrom(row)
}

export async function createRecipe(db: Db, actor: Actor, recipe: RecipeBody): Promise<SavedRecipe> {
  await refuseTooMany(db, actor)
  const { id } = await db
    .insertInto('recipes')
    .values({
      tenant_id: actor.tenantId,
      person_id: actor.personId,
      ...columnsFrom(recipe),
      enabled_at: recipe.enabled ? sql<Date>`now()` : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return readRecipe(db, actor, id)
}

/** One after the other for each person: two that count at once would both find room. */
async function refuseTooMany(db: Db, { personId }: Actor): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`recipes:${personId}`}, 0))`.execute(db)
  const { count } = await db
    .selectFrom('recipes')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostRecipes)
    throw new Problem('too-many-recipes', `You can have at most ${mostRecipes} recipes. Delete one that you no longer need.`)
}

type Replacement = { id: string; recipe: RecipeBody; version: number | undefined }

export async function replaceRecipe(db: Db, actor: Actor, { id, recipe, version }: Replacement): Promise<SavedRecipe> {
  const present = await readRecipe(db, actor, id)
  const replaced = await db
    .updateTable('recipes')
    .set({ ...columnsFrom(recipe), enabled_at: enabledAt(recipe.enabled), version: sql`version + 1` })
    .where('id', '=', id)
    .where('version', '=', version ?? present.version)
    .executeTakeFirst()
  if (replaced.numUpdatedRows === 0n) throw stale()
  return readRecipe(db, actor, id)
}

/** Switching on what is on changes nothing. */
export async function setRecipeEnabled(db: Db, actor: Actor, id: string, enabled: boolean): Promise<SavedRecipe> {
  const present = await readRecipe(db, actor, id)
  await db
    .updateTable('recipes')
    .set({
      enabled,
      enabled_at: enabledAt(enabled),
      body: sql<string>`jsonb_set(body, '{enabled}', ${JSON.stringify(enabled)}::jsonb)`,
      version: sql`version + 1`,
    })
    .where('id', '=', present.id)
    .where('enabled', '=', !enabled)
    .execute()
  return readRecipe(db, actor, id)
}

export async function deleteRecipe(db: Db, actor: Actor, id: string, version: number | undefined): Promise<void> {
  const present = await readRecipe(db, actor, id)
  const deleted = await db
    .deleteFrom('recipes')
    .where('id', '=', id)
    .where('version', '=', version ?? present.version)
    .executeTakeFirst()
  if (deleted.numDeletedRows === 0n) throw stale()
}

/** `recipe` is null where those of this person are together too much to be read beforehand: see textsOfRecipes(). */
export type EnabledRecipe = { id: string; version: number; enabledAt: Date; recipe: RecipeBody | null }

/** What runs on a mail that arrives, by person, oldest first. A recipe is read and parsed once for each of its versions. */
export async function enabledRecipesOf(db: Db, personIds: string[]): Promise<Map<string, EnabledRecipe[]>> {
  const { rows } = await db.executeQuery(findingEnabled({ personIds }))
  const remembered = rows.map(({ id, version }) => rememberedRecipe(id, version))
  const read = await readUnknown(
    db,
    rows.filter((_, at) => remembered[at] === undefined),
  )
  const found = new Map<string, EnabledRecipe[]>(personIds.map((id) => [id, []]))
  for (const [at, { id, person_id, version, enabled_at }] of rows.entries()) {
    const recipe = remembered[at] ?? read.get(`${id}/${version}`) ?? null
    if (enabled_at !== null) found.get(person_id)?.push({ id, version, enabledAt: enabled_at, recipe })
  }
  return found
}

const findingEnabled = builtOnce((db, { personIds }: { personIds: string[] }) =>
  db
    .selectFrom('recipes')
    .select(['id', 'person_id', 'version', 'enabled_at'])
    .where(sql<SqlBool>`person_id = any(${personIds}::uuid[])`)
    .where('enabled', '=', true)
    .where('trigger_kind', '=', 'mail-received')
    .orderBy('created_at')
    .orderBy('id'),
)

/** Bytes of the recipes of one person that are read beforehand. */
const mostAlong = 64 * 1024

/** By id and version. */
async function readUnknown(db: Db, unknown: readonly { id: string; person_id: string }[]): Promise<Map<string, RecipeBody>> {
  if (unknown.length === 0) return new Map()
  const { rows } = await sql<{ id: string; version: number; body: string }>`
    select id, version, body::text as body from (
      select id, version, body, sum(octet_length(body::text)) over (partition by person_id) as bytes from recipes
      where person_id = any(${unknown.map((recipe) => recipe.person_id)}::uuid[]) and enabled and trigger_kind = 'mail-received') as own
    where id = any(${unknown.map(({ id }) => id)}::uuid[]) and bytes <= ${sql.lit(mostAlong)}`.execute(db)
  return new Map(rows.map(({ id, version, body }) => [`${id}/${version}`, rememberRecipe(id, version, body)]))
}

/** As JSON, by id; what has changed since, or is off, is left out. */
export async function textsOfRecipes(db: Db, recipes: readonly Pick<EnabledRecipe, 'id' | 'version'>[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; body: string }>`
    select recipes.id, body::text as body
    from unnest(${recipes.map(({ id }) => id)}::uuid[], ${recipes.map(({ version }) => version)}::int[]) as given (id, version)
    join recipes using (id, version) where enabled`.execute(db)
  return new Map(rows.map(({ id, body }) => [id, body]))
}

const stale = () => new Problem('version-conflict', 'The recipe has changed since you read it. Read it again.')

const enabledAt = (enabled: boolean) => (enabled ? sql<Date>`coalesce(enabled_at, now())` : null)

const columnsFrom = (recipe: RecipeBody) => ({
  name: recipe.name,
  enabled: recipe.enabled,
  trigger_kind: recipe.trigger.kind,
  body: jsonText(recipe),
})

/** A recipe rests while its owner's connection is dead; it counts as on all the same. */
const recipeRows = (db: Db, { personId }: Actor) =>
  db
    .selectFrom('recipes')
    .leftJoin('connections', (join) =>
      join
        .onRef('connections.person_id', '=', 'recipes.person_id')
        .on('connections.provider', '=', 'microsoft')
        .on('connections.status', '=', 'needs-reconnect'),
    )
    .selectAll('recipes')
    .select('connections.id as dead_connection')
    .where('recipes.person_id', '=', personId)

type Row = Awaited<ReturnType<ReturnType<typeof recipeRows>['executeTakeFirstOrThrow']>>

function savedFrom(row: Row): SavedRecipe {
  const cause = row.enabled && row.dead_connection !== null ? 'connection-lost' : row.paused_cause
  return {
    ...recipeBody.parse(row.body),
    id: row.id,
    version: row.version,
    enabledAt: row.enabled_at?.toISOString() ?? null,
    paused: cause === null ? null : { code: cause },
    createdAt: row.created_at.toISOString(),
  }
}
