// What there is to say of a kind of value, whatever the field: how it is compared, said, explained, and begun in the editor.
import { z } from 'zod'
import type { Language } from '../language.ts'
import { limits } from '../limits.ts'
import type { Message } from '../message.ts'
import type { Field } from './field.ts'
import type { Held } from './found.ts'

export type ValueKind<Of extends Field, Condition> = {
  /** What a condition on these fields looks like. */
  shapes(fields: Record<string, Of>): z.ZodObject[]
  evaluate(condition: Condition, field: Of, message: Message): Held
  /** `values` narrows the sentence to the values that matter, for instance the one of several that was found. */
  says(condition: Condition, field: Of, as: { language: Language; holds: boolean; values: readonly string[] }): string
  /** The result in words, with the value that decided. */
  explains(condition: Condition, field: Of, as: Held & { language: Language }): string
  /** A new condition on such a field. `texts`: what was asked for before, on another field. */
  begun(field: Of, texts: string[]): Omit<Condition, 'field'>
}

export const textValues = z.array(z.string().max(limits.value)).min(1).max(limits.values)

/** The names of these fields, of which there is at least one. */
export function namesOf(fields: Record<string, Field>): z.ZodEnum | z.ZodLiteral {
  const names = Object.keys(fields)
  return names.length === 1 ? z.literal(names) : z.enum(names)
}
