// Recipes that were parsed for an earlier mail: they are asked for again and again, and change seldom. A version of a recipe
// never changes, so that nothing here is ever out of date.
import { recipeBody, type RecipeBody } from '../../recipes/recipe.ts'

/** Characters of their JSON, of all that are remembered together. */
const mostKept = 4_000_000

const kept = new Map<string, { recipe: RecipeBody; length: number }>()
let keptLength = 0

export function rememberedRecipe(id: string, version: number, body: string): RecipeBody {
  const key = `${id}/${version}`
  const known = kept.get(key)
  kept.delete(key)
  if (known === undefined) keptLength += body.length
  const one = known ?? { recipe: recipeBody.parse(JSON.parse(body)), length: body.length }
  kept.set(key, one)
  while (keptLength > mostKept) forgetOldest()
  return one.recipe
}

function forgetOldest(): void {
  const [oldest] = kept
  if (oldest === undefined) return
  kept.delete(oldest[0])
  keptLength -= oldest[1].length
}
