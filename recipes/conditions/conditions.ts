import { fields } from './fields.ts'
import { type ConditionIn, conditionsFrom, type FieldIn } from './from-fields.ts'
import type { ValueKindName } from './operators.ts'

export const conditions = conditionsFrom(fields)

export type Condition = ConditionIn<typeof fields>
export type FieldOf<Kind extends ValueKindName> = FieldIn<typeof fields, Kind>
export type FieldName = FieldOf<ValueKindName>
