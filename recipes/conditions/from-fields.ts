// All that is done with conditions whatever their field, made from a table of fields. The product's own table is in fields.ts.
import type { z } from 'zod'
import type { Language } from '../language.ts'
import type { Message, MessageField } from '../message.ts'
import { unionBy } from '../union-by.ts'
import { address, type OnAddress } from './address.ts'
import { choice, type OnChoice } from './choice.ts'
import type { ChoiceField, Field, FieldTable } from './field.ts'
import { flag, type OnFlag } from './flag.ts'
import type { Held } from './found.ts'
import { header, type OnHeader } from './header.ts'
import { type Operator, operatorsOf, type ValueKindName } from './operators.ts'
import { type OnSize, size } from './size.ts'
import { type OnText, text } from './text.ts'
import type { ValueKind } from './value-kind.ts'

type AnyCondition = { field: string; operator: Operator; values: unknown[] }

const valueKinds: Record<ValueKindName, ValueKind<Field, AnyCondition>> = { text, address, header, choice, flag, size }

export type FieldIn<Fields extends FieldTable, Kind extends ValueKindName = ValueKindName> = {
  [Name in keyof Fields]: Fields[Name] extends { kind: Kind } ? Name : never
}[keyof Fields] &
  string

type ChoiceIn<Known> = Known extends ChoiceField<infer Choice> ? Choice : never

/** The conditions on a table of fields, by the kind of value. */
type ByKind<Fields extends FieldTable> = {
  text: OnText<FieldIn<Fields, 'text'>>
  address: OnAddress<FieldIn<Fields, 'address'>>
  header: OnHeader<FieldIn<Fields, 'header'>>
  choice: { [Name in FieldIn<Fields, 'choice'>]: OnChoice<Name, ChoiceIn<Fields[Name]>> }[FieldIn<Fields, 'choice'>]
  flag: OnFlag<FieldIn<Fields, 'flag'>>
  size: OnSize<FieldIn<Fields, 'size'>>
}

export type ConditionIn<Fields extends FieldTable, Kind extends ValueKindName = ValueKindName> = ByKind<Fields>[Kind]

type Spoken<Name extends string, Kinds extends Record<ValueKindName, AnyCondition>, Condition = Kinds[ValueKindName]> = {
  names: Name[]
  schema: z.ZodType<Condition, Condition>
  isOn<Kind extends ValueKindName>(kind: Kind, condition: Condition): condition is Condition & Kinds[Kind]
  /** The parts of a message that it looks at. */
  needs(condition: Condition): readonly MessageField[]
  evaluate(condition: Condition, message: Message): Held
  /** `values` narrows the sentence to the values that matter, for instance the one of several that was found. */
  says(condition: Condition, language: Language, as?: { holds?: boolean; values?: readonly string[] }): string
  /** The result in words, with the value that decided. */
  explains(condition: Condition, held: Held, language: Language): string
  /** A condition on another field, which keeps the values where the field can hold them. */
  withField(field: Name, before: Condition): Condition
  /** The same condition with another operator, if its field has such a one. */
  withOperator(condition: Condition, operator: string): Condition
  /** The same condition on another choice, if its field has such a one. */
  withChoice(condition: Condition, choice: string): Condition
}

export type Conditions<Fields extends FieldTable> = Spoken<FieldIn<Fields>, ByKind<Fields>>

export function conditionsFrom<Fields extends FieldTable>(fields: Fields): Conditions<Fields>
export function conditionsFrom(fields: FieldTable): Spoken<string, Record<ValueKindName, AnyCondition>> {
  const fieldOf = (name: string): Field => {
    const found = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (found === undefined) throw new Error(`There is no field ${JSON.stringify(name)} to look at.`)
    return found
  }
  const kindOf = ({ kind }: Field) => valueKinds[kind]
  const shapes = Object.entries(valueKinds).flatMap(([kind, valueKind]) => {
    const known = Object.entries(fields).filter(([, field]) => field.kind === kind)
    return known.length === 0 ? [] : valueKind.shapes(Object.fromEntries(known))
  })

  return {
    names: Object.keys(fields),
    schema: unionBy('field', shapes),
    isOn: (kind, condition): condition is AnyCondition => fieldOf(condition.field).kind === kind,
    needs: ({ field }) => fieldOf(field).needs,
    evaluate(condition, message) {
      const field = fieldOf(condition.field)
      return kindOf(field).evaluate(condition, field, message)
    },
    says(condition, language, { holds = true, values = condition.values.map(String) } = {}) {
      const field = fieldOf(condition.field)
      return kindOf(field).says(condition, field, { language, holds, values })
    },
    explains(condition, held, language) {
      const field = fieldOf(condition.field)
      return kindOf(field).explains(condition, field, { ...held, language })
    },
    withField(name, { values }) {
      const field = fieldOf(name)
      const texts = values.filter((value) => typeof value === 'string')
      return { field: name, ...kindOf(field).begun(field, texts.length > 0 ? texts : ['']) }
    },
    withOperator(condition, operator) {
      const found = operatorsOf[fieldOf(condition.field).kind].find((known) => known === operator)
      return found === undefined ? condition : { ...condition, operator: found }
    },
    withChoice(condition, wanted) {
      const field = fieldOf(condition.field)
      return field.kind === 'choice' && field.choices.includes(wanted) ? { ...condition, values: [wanted] } : condition
    },
  }
}
