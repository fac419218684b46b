// People with their addresses, found by either or both, or by the domain.
import { z } from 'zod'
import { fold } from '../fold.ts'
import type { Address } from '../message.ts'
import type { AddressField } from './field.ts'
import { firstFound, foldIn, heldBy } from './found.ts'
import { type OperatorOf, operatorsOf } from './operators.ts'
import { comparisonOfTexts, explainedText } from './sentences.ts'
import { namesOf, textValues, type ValueKind } from './value-kind.ts'

export type OnAddress<Name extends string> = { field: Name; operator: OperatorOf<'address'>; values: string[] }

export const address: ValueKind<AddressField, OnAddress<string>> = {
  shapes: (fields) => [z.strictObject({ field: namesOf(fields), operator: z.enum(operatorsOf.address), values: textValues })],
  evaluate({ operator, values }, field, message) {
    const people = field.read(message)
    const found = operator === 'domain-is' ? domainFound(values, people) : firstFound(operator, values, textsOf(people), foldIn(message))
    return heldBy(operator, found, people.map(whole))
  },
  says: ({ operator }, { words }, { values, ...as }) => comparisonOfTexts({ noun: words[as.language].noun, operator }, values, as),
  explains: ({ operator, values }, { words }, as) =>
    explainedText({ noun: words[as.language].noun, operator }, values, { ...as, isPrivate: false }),
  begun: (_field, texts) => ({ operator: 'contains', values: texts }),
}

const whole = (person: Address): string => (person.name === '' ? person.address : `${person.name} <${person.address}>`)

/** A mail without a sender has an empty text there, so that `is ''` and `does-not-contain` mean what they say. */
const textsOf = (people: readonly Address[]): string[] =>
  people.length === 0 ? [''] : people.flatMap((person) => [person.address, person.name, whole(person)])

function domainFound(values: readonly string[], people: readonly Address[]): string | undefined {
  const domains = new Set(people.map((person) => fold(person.address.slice(person.address.lastIndexOf('@') + 1))))
  return values.find((value) => domains.has(fold(value.trim().replace(/^@/, ''))))
}
