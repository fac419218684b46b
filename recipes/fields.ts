import { fields, type MessageField } from './condition.ts'
import { membersOf } from './group.ts'
import { templatesOf } from './action.ts'
import type { Action, ConditionNode, RecipeBody } from './recipe.ts'
import { templateNames } from './template.ts'
import { messageNames } from './template-names.ts'

export type { MessageField } from './condition.ts'

/** Which parts of a message the conditions and actions of these recipes use: what is not named here is not read. */
export function fieldsNeeded(recipes: readonly RecipeBody[]): Set<MessageField> {
  return new Set(recipes.flatMap((recipe) => [...neededBy(recipe.conditions), ...recipe.actions.flatMap(neededByAction)]))
}

function neededByAction(action: Action): MessageField[] {
  const named = templatesOf(action)
    .flatMap(({ template }) => templateNames(template))
    .flatMap(partNamed)
  return [
    ...named,
    ...(takesFiles(action) ? (['attachments'] as const) : []),
    ...(findsConversation(action) ? (['conversationId'] as const) : []),
  ]
}

function neededBy(node: ConditionNode): readonly MessageField[] {
  if ('field' in node) return fields[node.field].needs
  return membersOf(node).members.flatMap(neededBy)
}

function partNamed(name: string): MessageField[] {
  return isMessageName(name) ? [messageNames[name]] : []
}

function isMessageName(name: string): name is keyof typeof messageNames {
  return Object.hasOwn(messageNames, name)
}

function takesFiles(action: Action): boolean {
  if (action.kind === 'send-mail') return action.files === true
  if (action.kind === 'set-columns') return false
  if (action.attachments === 'files') return true
  return action.kind === 'add-update' && action.otherwise !== 'skip' && action.otherwise.create.attachments === 'files'
}

function findsConversation(action: Action): boolean {
  if (action.kind === 'send-mail') return action.inReply === true
  return action.kind === 'create-item' || action.find.by === 'conversation'
}
