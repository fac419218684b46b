// Why a recipe matches an email or not: each decision as a sentence, in English or in French.
import { conditions } from './conditions/conditions.ts'
import type { Decision } from './decide.ts'
import { type ConditionNode, membersOf } from './group.ts'
import type { Language } from './language.ts'
import type { RecipeBody } from './recipe.ts'
import { wordsOf } from './words-of.ts'

/** The result, with the value that decided: `the subject contains “invoice”`. The decision must be one of this recipe. */
export function explain(decision: ReadDecision, recipe: RecipeBody, language: Language): string {
  const node = nodeAt(recipe, decision.pointer)
  if (node === undefined) return ''
  const { holds, decidedBy = '' } = decision
  if ('field' in node) return conditions.explains(node, { holds, decidedBy }, language)
  return wordsOf[language].groups[membersOf(node).kind][holds ? 0 : 1]
}

/** A decision that came over the wire will do as well as one made here. */
export type ReadDecision = Pick<Decision, 'pointer' | 'holds'> & { decidedBy?: string | undefined }

function nodeAt(recipe: RecipeBody, pointer: string): ConditionNode | undefined {
  const parts = pointer.split('/').slice(2)
  let node: ConditionNode | undefined = recipe.conditions
  for (let at = 0; at + 1 < parts.length && node !== undefined; at += 2) {
    if ('field' in node || membersOf(node).kind !== parts[at]) return undefined
    node = membersOf(node).members[Number(parts[at + 1])]
  }
  return node
}
