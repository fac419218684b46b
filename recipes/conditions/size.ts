// Kilobytes of 1,024 bytes, as in Graph's withinSizeRange.
import { z } from 'zod'
import type { Language } from '../language.ts'
import { wordsOf } from '../words-of.ts'
import type { SizeField } from './field.ts'
import { type OperatorOf, operatorsOf } from './operators.ts'
import { namesOf, type ValueKind } from './value-kind.ts'

export type OnSize<Name extends string> = { field: Name; operator: OperatorOf<'size'>; values: number[] }

const bytesPerKilobyte = 1024

/** A text that says a number is taken as what it says. */
const value = z.preprocess((given) => (typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given), z.number().min(0))

export const size: ValueKind<SizeField, OnSize<string>> = {
  shapes: (fields) => [z.strictObject({ field: namesOf(fields), operator: z.enum(operatorsOf.size), values: z.array(value).length(1) })],
  /** A size that was not read meets no bound. */
  evaluate({ operator, values: [kilobytes = 0] }, field, message) {
    const read = field.read(message)
    if (read === null) return { holds: false, decidedBy: '' }
    const bound = kilobytes * bytesPerKilobyte
    return { holds: operator === 'at-least' ? read >= bound : read <= bound, decidedBy: String(Math.ceil(read / bytesPerKilobyte)) }
  },
  says: sentence,
  explains(condition, field, as) {
    const { language, decidedBy } = as
    return sentence(condition, field, as) + (decidedBy === '' ? '' : wordsOf[language].found(amount(Number(decidedBy), language)))
  },
  begun: () => ({ operator: 'at-least', values: [1024] }),
}

type Bounds = Record<OperatorOf<'size'>, readonly [holds: string, not: string]>

const bounds: Record<Language, Bounds> = {
  en: { 'at-least': ['is at least', 'is less than'], 'at-most': ['is at most', 'is more than'] },
  fr: { 'at-least': ['est d’au moins', 'est de moins de'], 'at-most': ['est d’au plus', 'est de plus de'] },
}

const unit: Record<Language, string> = { en: 'KB', fr: 'ko' }

function sentence(
  { operator, values: [kilobytes = 0] }: OnSize<string>,
  { words }: SizeField,
  { language, holds }: { language: Language; holds: boolean },
): string {
  const [ifHolds, ifNot] = bounds[language][operator]
  return `${words[language].noun} ${holds ? ifHolds : ifNot} ${amount(kilobytes, language)}`
}

/** The space before the unit does not break. */
const amount = (kilobytes: number, language: Language): string =>
  `${new Intl.NumberFormat(language).format(kilobytes)}\u00a0${unit[language]}`
