import { type Action, actions } from './actions/actions.ts'
import { conditions } from './conditions/conditions.ts'
import { type ConditionNode, membersOf } from './group.ts'
import type { MessageField } from './message.ts'
import type { RecipeBody } from './recipe.ts'
import { templateNames } from './template.ts'
import { messageNames } from './template-names.ts'

export type { MessageField } from './message.ts'

/** Which parts of a message the conditions and actions of these recipes use: what is not named here is not read. */
export function fieldsNeeded(recipes: readonly Asking[]): Set<MessageField> {
  return new Set(recipes.flatMap((recipe) => [...partsOf(recipe)]))
}

type Asking = Pick<RecipeBody, 'conditions' | 'actions'>

const knownParts = new WeakMap<Asking, ReadonlySet<MessageField>>()

/** Worked out once: a recipe does not change, and is asked at every message. */
function partsOf(recipe: Asking): ReadonlySet<MessageField> {
  const parts = knownParts.get(recipe) ?? new Set([...neededBy(recipe.conditions), ...recipe.actions.flatMap(neededByAction)])
  knownParts.set(recipe, parts)
  return parts
}

function neededByAction(action: Action): MessageField[] {
  const named = actions
    .templates(action)
    .flatMap(({ template }) => templateNames(template))
    .flatMap(partNamed)
  const files: MessageField[] = actions.filesAt(action).length > 0 ? ['attachments'] : []
  return [...named, ...files, ...actions.needs(action)]
}

function neededBy(node: ConditionNode): readonly MessageField[] {
  if ('field' in node) return conditions.needs(node)
  return membersOf(node).members.flatMap(neededBy)
}

function partNamed(name: string): MessageField[] {
  return isMessageName(name) ? [messageNames[name]] : []
}

function isMessageName(name: string): name is keyof typeof messageNames {
  return Object.hasOwn(messageNames, name)
}
