// Texts, of which a message may have several in one field.
import { z } from 'zod'
import type { TextField } from './field.ts'
import { firstFound, foldIn, heldBy } from './found.ts'
import { type OperatorOf, operatorsOf } from './operators.ts'
import { comparisonOfTexts, explainedText } from './sentences.ts'
import { namesOf, textValues, type ValueKind } from './value-kind.ts'

export type OnText<Name extends string> = { field: Name; operator: OperatorOf<'text'>; values: string[] }

/** What is in a body goes into no explanation and no record. */
const isPrivate = ({ needs }: TextField): boolean => needs.includes('body')

export const text: ValueKind<TextField, OnText<string>> = {
  shapes: (fields) => [z.strictObject({ field: namesOf(fields), operator: z.enum(operatorsOf.text), values: textValues })],
  evaluate({ operator, values }, field, message) {
    const texts = field.read(message)
    return heldBy(operator, firstFound(operator, values, texts, foldIn(message)), isPrivate(field) ? [] : texts)
  },
  says: ({ operator }, { words }, { values, ...as }) => comparisonOfTexts({ noun: words[as.language].noun, operator }, values, as),
  explains: ({ operator, values }, field, as) =>
    explainedText({ noun: field.words[as.language].noun, operator }, values, { ...as, isPrivate: isPrivate(field) }),
  begun: (_field, texts) => ({ operator: 'contains', values: texts }),
}
