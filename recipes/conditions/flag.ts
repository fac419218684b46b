// What is so or not.
import { z } from 'zod'
import type { FlagField } from './field.ts'
import { type OperatorOf, operatorsOf } from './operators.ts'
import { namesOf, type ValueKind } from './value-kind.ts'

export type OnFlag<Name extends string> = { field: Name; operator: OperatorOf<'flag'>; values: boolean[] }

/** A text that says true or false is taken as what it says. */
const value = z.preprocess((given) => (given === 'true' ? true : given === 'false' ? false : given), z.boolean())

export const flag: ValueKind<FlagField, OnFlag<string>> = {
  shapes: (fields) => [z.strictObject({ field: namesOf(fields), operator: z.enum(operatorsOf.flag), values: z.array(value).length(1) })],
  evaluate({ values: [wanted = true] }, field, message) {
    const actual = field.read(message)
    return { holds: actual === wanted, decidedBy: String(actual) }
  },
  says: sentence,
  explains: sentence,
  begun: () => ({ operator: 'is', values: [true] }),
}

function sentence(
  { values: [wanted = true] }: OnFlag<string>,
  { words }: FlagField,
  as: { language: 'en' | 'fr'; holds: boolean },
): string {
  const { yes, no } = words[as.language]
  return wanted === as.holds ? yes : no
}
