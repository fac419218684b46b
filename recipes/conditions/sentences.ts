// Conditions on texts and choices in words.
import type { Language } from '../language.ts'
import { quoted, wordsOf } from '../words-of.ts'
import type { Held } from './found.ts'
import { isNegative, type OperatorOf, positiveOf } from './operators.ts'

export type Compared = { noun: string; operator: OperatorOf<'address' | 'choice'> }

export function comparison(
  { noun, operator }: Compared,
  values: readonly string[],
  { language, holds }: { language: Language; holds: boolean },
): string {
  const words = wordsOf[language]
  const isSaid = holds !== isNegative(operator)
  return isSaid ? words.says(noun, positiveOf(operator), values) : words.saysNot(noun, positiveOf(operator), values)
}

export const comparisonOfTexts = (compared: Compared, values: readonly string[], as: { language: Language; holds: boolean }): string =>
  comparison(
    compared,
    values.map((value) => quoted(value, as.language)),
    as,
  )

/** Names the recipe's value that was found; if none was, the email's own value, but never the text of a body. */
export function explainedText(
  compared: Compared,
  values: readonly string[],
  { language, holds, decidedBy, isPrivate }: Held & { language: Language; isPrivate: boolean },
): string {
  const wasFound = holds !== isNegative(compared.operator)
  if (wasFound) return comparisonOfTexts(compared, [decidedBy], { language, holds })
  const own = isPrivate ? '' : wordsOf[language].found(decidedBy === '' ? '' : quoted(decidedBy, language))
  return comparisonOfTexts(compared, values, { language, holds }) + own
}
