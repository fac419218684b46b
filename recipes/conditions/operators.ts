// How each kind of value can be compared.

const text = ['contains', 'does-not-contain', 'is', 'is-not', 'starts-with', 'ends-with', 'matches'] as const

export const operatorsOf = {
  text,
  address: [...text, 'domain-is'],
  header: text,
  choice: ['is', 'is-not'],
  flag: ['is'],
  size: ['at-least', 'at-most'],
} as const

export type ValueKindName = keyof typeof operatorsOf
export type OperatorOf<Kind extends ValueKindName> = (typeof operatorsOf)[Kind][number]
export type Operator = OperatorOf<ValueKindName>

/** Negative operators are the negation of their positive one. */
export type PositiveOperator = Exclude<OperatorOf<'address'>, 'does-not-contain' | 'is-not'>

export const isNegative = (operator: Operator): boolean => operator === 'does-not-contain' || operator === 'is-not'

export function positiveOf(operator: OperatorOf<'address' | 'choice'>): PositiveOperator {
  if (operator === 'does-not-contain') return 'contains'
  return operator === 'is-not' ? 'is' : operator
}
