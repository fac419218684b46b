// Does a message meet a recipe's conditions, and which value decided each of them.
import { conditions, type FieldName } from './conditions/conditions.ts'
import type { Operator } from './conditions/operators.ts'
import { type ConditionGroup, type ConditionNode, membersOf } from './group.ts'
import type { Message } from './message.ts'
import type { RecipeBody } from './recipe.ts'

type ConditionDecision = {
  /** Where the condition stands in the recipe, for example `/conditions/all/0`. */
  pointer: string
  holds: boolean
  field: FieldName
  operator: Operator
  /** The recipe's own value that was found, else the message's value, at most 200 characters; of a body only ever the recipe's value. */
  decidedBy: string
}
type GroupDecision = { pointer: string; holds: boolean; children: Decision[] }
export type Decision = ConditionDecision | GroupDecision

/** Every condition is looked at and listed, also where the outcome is settled already. */
export function decide(recipe: RecipeBody, message: Message): { matches: boolean; conditions: Decision[] } {
  const root = decideGroup(recipe.conditions, message, '/conditions')
  return { matches: root.holds, conditions: root.children }
}

/** An empty `all` or `none` holds for every mail; an empty `any` for none, since none of its conditions is met. */
function decideGroup(group: ConditionGroup, message: Message, pointer: string): GroupDecision {
  const { kind, members } = membersOf(group)
  const children = members.map((member, index) => decideNode(member, message, `${pointer}/${kind}/${index}`))
  const holding = children.filter((child) => child.holds).length
  const holds = kind === 'all' ? holding === children.length : kind === 'any' ? holding > 0 : holding === 0
  return { pointer, holds, children }
}

function decideNode(node: ConditionNode, message: Message, pointer: string): Decision {
  if (!('field' in node)) return decideGroup(node, message, pointer)
  return { pointer, ...conditions.evaluate(node, message), field: node.field, operator: node.operator }
}
