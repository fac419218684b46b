// Recipes are validated by their own language, then their boards are checked. The tenant's policy says who may create one; it is
// checked again for every write that changes what runs (docs/decisions/0024-the-policy-covers-what-runs.md).
import type { SavedRecipe } from '../../contract/recipe.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { lookAtBoards } from '../boards/look-at-boards.ts'
import { recipeBoardFaults } from '../boards/recipe-board-faults.ts'
import { recipeWarnings } from '../boards/recipe-warnings.ts'
import type { Targets } from '../boards/board-target.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { administers, type Person } from '../people/person.ts'
import { mayCreateRecipes } from '../people/policy-store.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { type Fault, Problem } from '../problem.ts'
import { createRecipe, deleteRecipe, listRecipes, readRecipe, replaceRecipe, setRecipeEnabled } from '../recipe-book/recipe-store.ts'
import type { ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

type Names = 'listRecipes' | 'createRecipe' | 'readRecipe' | 'replaceRecipe' | 'deleteRecipe' | 'enableRecipe' | 'disableRecipe'

export function recipeHandlers({ db, config, targets }: ApiDeps & { targets: Targets }): Handlers<Names> {
  const refuseByPolicy = async (trx: Db, person: Person) => {
    if (await mayCreateRecipes(trx, person, administers(person, config))) return
    throw new Problem('not-allowed-by-policy', 'An administrator of your organization limits who can create recipes.')
  }
  return {
    listRecipes: ({ person, query }) => asPerson(db, person, (trx) => listRecipes(trx, person, query)),
    createRecipe: async ({ person, body }) => {
      await lookAt(targets, person, body)
      return asPerson(db, person, async (trx) => {
        await refuseByPolicy(trx, person)
        const recipe = await judged(trx, targets, person, body)
        return warned(trx, targets, person, await told(trx, person, await createRecipe(trx, person, recipe)))
      })
    },
    readRecipe: ({ person, params }) => asPerson(db, person, (trx) => readRecipe(trx, person, params.id)),
    replaceRecipe: async ({ person, params, body, version }) => {
      await lookAt(targets, person, body)
      return asPerson(db, person, async (trx) => {
        await readRecipe(trx, person, params.id)
        const recipe = await judged(trx, targets, person, body)
        if (recipe.enabled) await refuseByPolicy(trx, person)
        return warned(trx, targets, person, await told(trx, person, await replaceRecipe(trx, person, { id: params.id, recipe, version })))
      })
    },
    deleteRecipe: ({ person, params, version }) =>
      asPerson(db, person, async (trx) => {
        await deleteRecipe(trx, person, params.id, version)
        await announceRecipe(trx, person, params.id)
      }),
    enableRecipe: ({ person, params }) =>
      asPerson(db, person, async (trx) => {
        await readRecipe(trx, person, params.id)
        // Also for a recipe that is on: another request may be turning it off at this moment.
        await refuseByPolicy(trx, person)
        return told(trx, person, await setRecipeEnabled(trx, person, params.id, true))
      }),
    disableRecipe: ({ person, params }) =>
      asPerson(db, person, async (trx) => told(trx, person, await setRecipeEnabled(trx, person, params.id, false))),
  }
}

async function lookAt(targets: Targets, person: Person, input: unknown): Promise<void> {
  const parsed = parseRecipe(input)
  if ('recipe' in parsed) await lookAtBoards(targets, person, parsed.recipe.actions)
}

async function judged(trx: Db, targets: Targets, person: Person, input: unknown): Promise<RecipeBody> {
  const parsed = parseRecipe(input)
  if ('issues' in parsed) throw invalidRecipe(parsed.issues)
  const faults = await recipeBoardFaults(trx, targets, person, parsed.recipe)
  if (faults.length > 0) throw invalidRecipe(faults)
  return parsed.recipe
}

async function warned(trx: Db, targets: Targets, person: Person, saved: SavedRecipe): Promise<SavedRecipe> {
  return { ...saved, warnings: await recipeWarnings(trx, targets, person, saved) }
}

const invalidRecipe = (errors: Fault[]) => new Problem('invalid-recipe', 'The recipe is not valid.', { errors })

async function told(trx: Db, person: Person, recipe: SavedRecipe): Promise<SavedRecipe> {
  await announceRecipe(trx, person, recipe.id)
  return recipe
}

const announceRecipe = (trx: Db, { tenantId, personId }: Person, id: string) => announce(trx, { tenantId, personId, kind: 'recipe', id })
