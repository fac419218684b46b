// What the recipes that want a mail say. Those of somebody who has many and long ones are fetched only where there is room for
// heavy work, and parsed in its thread.
import type { RecipeBody } from '../../../recipes/recipe.ts'
import type { AskedRecipe } from '../../content/judge-mail.ts'
import type { Room } from '../../content/room.ts'
import { asSystem } from '../../people/unit-of-work.ts'
import { textsOfRecipes } from '../../recipe-book/recipe-store.ts'
import type { Candidate, Work } from './message-work.ts'
import type { RunDeps } from '../../runs/run-deps.ts'
import { sinceOf } from './since.ts'

export type AskedBodies = { asked: AskedRecipe[]; parsed: RecipeBody[]; texts: string[] }

/** Throws Busy. undefined: one of them has changed meanwhile. */
export async function bodiesOf(deps: Pick<RunDeps, 'db'>, { recipes }: Work, room: Room): Promise<AskedBodies | undefined> {
  const unread = recipes.filter(({ recipe }) => recipe === null)
  const texts = unread.length === 0 ? new Map<string, string>() : await readTexts(deps, unread, room)
  if (texts.size < unread.length) return undefined
  const asked = recipes.map((each) => ({ id: each.id, since: sinceOf(each), body: each.recipe ?? texts.get(each.id) ?? '' }))
  return { asked, parsed: recipes.flatMap(({ recipe }) => recipe ?? []), texts: [...texts.values()] }
}

function readTexts({ db }: Pick<RunDeps, 'db'>, unread: Candidate[], room: Room): Promise<Map<string, string>> {
  room.take()
  return asSystem(db, (trx) => textsOfRecipes(trx, unread))
}
