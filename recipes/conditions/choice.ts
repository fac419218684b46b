// One of a few values that Outlook gives.
import { z } from 'zod'
import { wordsOf } from '../words-of.ts'
import type { ChoiceField } from './field.ts'
import { type OperatorOf, operatorsOf } from './operators.ts'
import { comparison } from './sentences.ts'
import type { ValueKind } from './value-kind.ts'

export type OnChoice<Name extends string, Choice extends string> = { field: Name; operator: OperatorOf<'choice'>; values: Choice[] }

export const choice: ValueKind<ChoiceField, OnChoice<string, string>> = {
  shapes: (fields) =>
    Object.entries(fields).map(([name, { choices }]) =>
      z.strictObject({ field: z.literal(name), operator: z.enum(operatorsOf.choice), values: z.array(z.enum(choices)).min(1).max(10) }),
    ),
  evaluate({ operator, values }, field, message) {
    const value = field.read(message)
    return { holds: values.includes(value) === (operator === 'is'), decidedBy: value }
  },
  says({ operator }, { words }, { values, ...as }) {
    const { noun, choices } = words[as.language]
    return comparison(
      { noun, operator },
      values.map((value) => choices[value] ?? value),
      as,
    )
  },
  explains(_condition, { words }, { decidedBy, language }) {
    const { noun, choices } = words[language]
    return wordsOf[language].says(noun, 'is', [choices[decidedBy] ?? decidedBy])
  },
  begun: ({ choices }) => ({ operator: 'is', values: choices.slice(-1) }),
}
