// Headers: of one name, or all of them with their names.
import { z } from 'zod'
import type { HeaderField } from './field.ts'
import { firstFound, foldIn, heldBy } from './found.ts'
import { type OperatorOf, operatorsOf } from './operators.ts'
import { comparisonOfTexts, explainedText } from './sentences.ts'
import { namesOf, textValues, type ValueKind } from './value-kind.ts'

export type OnHeader<Name extends string> = { field: Name; name?: string | undefined; operator: OperatorOf<'header'>; values: string[] }

export const header: ValueKind<HeaderField, OnHeader<string>> = {
  shapes: (fields) => [
    z.strictObject({
      field: namesOf(fields),
      name: z
        .string()
        .regex(/^[!-9;-~]{1,100}$/, 'Use a header name such as List-Id.')
        .optional(),
      operator: z.enum(operatorsOf.header),
      values: textValues,
    }),
  ],
  evaluate({ name, operator, values }, field, message) {
    const texts = field.read(message, name)
    return heldBy(operator, firstFound(operator, values, texts, foldIn(message)), texts)
  },
  says: ({ name, operator }, { words }, { values, ...as }) =>
    comparisonOfTexts({ noun: words[as.language].noun(name), operator }, values, as),
  explains: ({ name, operator, values }, { words }, as) =>
    explainedText({ noun: words[as.language].noun(name), operator }, values, { ...as, isPrivate: false }),
  begun: (_field, texts) => ({ operator: 'contains', values: texts }),
}
