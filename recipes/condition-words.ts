// One condition in words: as the recipe asks for it, or as it turned out.
import type { Language } from './language.ts'
import type { Condition } from './recipe.ts'
import type { Operator } from './condition.ts'
import { english } from './words-en.ts'
import { french } from './words-fr.ts'
import type { PositiveOperator, Words } from './words.ts'

export const wordsOf: Record<Language, Words> = { en: english, fr: french }

const shown = 80

/** `values` narrows the sentence to the values that matter, for instance the one of several that was found. */
export function conditionWords(condition: Condition, language: Language, holds = true, values = condition.values.map(String)): string {
  const words = wordsOf[language]
  switch (condition.field) {
    case 'size':
      return words.size(condition.operator, condition.values[0] ?? 0, holds)
    case 'importance':
    case 'sensitivity':
      return say(
        words,
        words.nouns[condition.field],
        condition.operator,
        holds,
        values.map((value) => words.choices[value] ?? value),
      )
    case 'header':
      return say(
        words,
        words.header(condition.name),
        condition.operator,
        holds,
        values.map((value) => quoted(value, language)),
      )
    case 'subject':
    case 'body':
    case 'subjectOrBody':
    case 'categories':
    case 'from':
    case 'sender':
    case 'to':
    case 'cc':
    case 'recipients':
      return say(
        words,
        words.nouns[condition.field],
        condition.operator,
        holds,
        values.map((value) => quoted(value, language)),
      )
    default:
      return words.flags[condition.field][(condition.values[0] ?? true) === holds ? 0 : 1]
  }
}

export function quoted(text: string, language: Language): string {
  const line = text.replace(/\s+/g, ' ')
  return wordsOf[language].quote(line.length > shown ? `${line.slice(0, shown - 1)}…` : line)
}

function say(words: Words, noun: string, operator: Exclude<Operator, 'at-least' | 'at-most'>, holds: boolean, values: string[]): string {
  const [positive, negated] = positiveOf(operator)
  return holds === negated ? words.saysNot(noun, positive, values) : words.says(noun, positive, values)
}

function positiveOf(operator: Exclude<Operator, 'at-least' | 'at-most'>): [PositiveOperator, boolean] {
  if (operator === 'does-not-contain') return ['contains', true]
  return operator === 'is-not' ? ['is', true] : [operator, false]
}
