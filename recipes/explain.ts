// Why a recipe matches an email or not: each decision as a sentence, in English or in French.
import type { Language } from './language.ts'
import { conditionWords, quoted, wordsOf } from './condition-words.ts'
import type { Decision } from './decide.ts'
import { membersOf } from './group.ts'
import type { Condition, ConditionNode, RecipeBody } from './recipe.ts'

/** The result, with the value that decided: `the subject contains “invoice”`. The decision must be one of this recipe. */
export function explain(decision: ReadDecision, recipe: RecipeBody, language: Language): string {
  const node = nodeAt(recipe, decision.pointer)
  if (node === undefined) return ''
  if ('field' in node) return conditionExplained(node, decision, language)
  return wordsOf[language].groups[membersOf(node).kind][decision.holds ? 0 : 1]
}

/** A decision that came over the wire will do as well as one made here. */
export type ReadDecision = Pick<Decision, 'pointer' | 'holds'> & { decidedBy?: string | undefined }

/** Names the recipe's value that was found; if none was, the email's own value, but never the text of a body. */
function conditionExplained(condition: Condition, { holds, decidedBy = '' }: ReadDecision, language: Language): string {
  const words = wordsOf[language]
  const { field } = condition
  if (field === 'size')
    return `${conditionWords(condition, language, holds)}${decidedBy === '' ? '' : words.found(sizeFound(decidedBy, language))}`
  if (field === 'importance' || field === 'sensitivity') {
    return words.says(words.nouns[field], 'is', [words.choices[decidedBy] ?? decidedBy])
  }
  if (!isTextual(condition)) return conditionWords(condition, language, holds)
  const negative = condition.operator === 'is-not' || condition.operator === 'does-not-contain'
  if (holds !== negative) return conditionWords(condition, language, holds, [decidedBy])
  const own = field === 'body' || field === 'subjectOrBody' ? '' : words.found(decidedBy === '' ? '' : quoted(decidedBy, language))
  return `${conditionWords(condition, language, holds)}${own}`
}

type TextualCondition = Exclude<Condition, { values: boolean[] } | { values: number[] }>

function isTextual(condition: Condition): condition is TextualCondition {
  return typeof condition.values[0] === 'string'
}

function sizeFound(kilobytes: string, language: Language): string {
  return `${new Intl.NumberFormat(language).format(Number(kilobytes))}\u00a0${language === 'fr' ? 'ko' : 'KB'}`
}

function nodeAt(recipe: RecipeBody, pointer: string): ConditionNode | undefined {
  const parts = pointer.split('/').slice(2)
  let node: ConditionNode | undefined = recipe.conditions
  for (let at = 0; at + 1 < parts.length && node !== undefined; at += 2) {
    if ('field' in node || membersOf(node).kind !== parts[at]) return undefined
    node = membersOf(node).members[Number(parts[at + 1])]
  }
  return node
}
