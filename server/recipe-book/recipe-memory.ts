// Recipes that were parsed for an earlier mail: they are asked for again and again, and change seldom. A version of a recipe
// never changes, so that nothing here is ever out of date.
import { recipeBody, type RecipeBody } from '../../recipes/recipe.ts'

/** Characters of their JSON, of all that are remembered together. */
const mostKept = 4_000_000

const kept = new Map<string, { recipe: RecipeBody; length: number }>()
let keptLength = 0

/** undefined: it is not remembered, or no longer. */
export function rememberedRecipe(id: string, version: number): RecipeBody | undefined {
  const key = `${id}/${version}`
  const known = kept.get(key)
  if (known === undefined) return undefined
  // Used last, forgotten last.
  kept.delete(key)
  kept.set(key, known)
  return known.recipe
}

/** Two emails may bring the same recipe at once: it is kept, and counted, once. */
export function rememberRecipe(id: string, version: number, body: string): RecipeBody {
  const known = rememberedRecipe(id, version)
  if (known !== undefined) return known
  const recipe = recipeBody.parse(JSON.parse(body))
  kept.set(`${id}/${version}`, { recipe, length: body.length })
  keptLength += body.length
  while (keptLength > mostKept) forgetOldest()
  return recipe
}

function forgetOldest(): void {
  const [oldest] = kept
  if (oldest === undefined) return
  kept.delete(oldest[0])
  keptLength -= oldest[1].length
}
