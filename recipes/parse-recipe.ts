// A recipe comes in only here. What passes parseRecipe can be decided, planned and described without further checks.
import type { Action } from './actions/actions.ts'
import { type Issue, issuesFromZod } from './issue.ts'
import { actionFaults, groupFaults, patternFaults, sizeFaults } from './recipe-faults.ts'
import { action, type RecipeBody, recipeBody } from './recipe.ts'
import { openTemplateBudget, type TemplateBudget } from './template.ts'
import { triggers } from './triggers.ts'

/**
 * Never throws, and names every fault at once – but of what is too large only that, before anything else looks at it.
 * Conditions left out match every mail; `enabled` left out is true.
 */
export function parseRecipe(input: unknown): { recipe: RecipeBody } | { issues: Issue[] } {
  const ofGroups = groupFaults(input)
  if (ofGroups.some(({ code }) => code === 'too-big')) return { issues: ofGroups }
  const parsed = recipeBody.safeParse(withDefaults(input))
  if (!parsed.success) {
    const others = issuesFromZod(parsed.error.issues, input).filter(
      ({ pointer }) => !ofGroups.some((fault) => isWithin(pointer, fault.pointer)),
    )
    return { issues: [...ofGroups, ...others] }
  }
  const recipe = parsed.data
  const issues = firstFaults(sizeFaults(recipe), () => {
    const spent = openTemplateBudget()
    return [...patternFaults(recipe.conditions, '/conditions', spent.patterns), ...actionsFaults(recipe, spent)]
  })
  return issues.length > 0 ? { issues } : { recipe }
}

/** One action by itself, as a click on a mail sends it. */
export function parseAction(input: unknown): { action: Action } | { issues: Issue[] } {
  const parsed = action.safeParse(input)
  if (!parsed.success) return { issues: issuesFromZod(parsed.error.issues, input) }
  const issues = firstFaults(sizeFaults(parsed.data), () => actionFaults(parsed.data, { names: 'mail', pointer: '' }, openTemplateBudget()))
  return issues.length > 0 ? { issues } : { action: parsed.data }
}

const firstFaults = (issues: Issue[], others: () => Issue[]): Issue[] => (issues.length > 0 ? issues : others())

function isWithin(pointer: string, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`)
}

function actionsFaults(recipe: RecipeBody, spent: TemplateBudget): Issue[] {
  const names = triggers.names(recipe.trigger)
  return recipe.actions.flatMap((each, index) => actionFaults(each, { names, pointer: `/actions/${index}` }, spent))
}

function withDefaults(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  return { enabled: true, conditions: { all: [] }, ...input }
}
