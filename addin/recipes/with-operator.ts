import { operatorsOf } from '../../recipes/condition.ts'
import type { Condition } from '../../recipes/recipe.ts'

/** The same condition with another operator, where its field has such a one. */
export function withOperator(condition: Condition, name: string): Condition {
  const find = <Operator extends string>(operators: readonly Operator[]): Operator | undefined => operators.find((known) => known === name)
  switch (condition.field) {
    case 'subject':
    case 'body':
    case 'subjectOrBody':
    case 'categories':
      return { ...condition, operator: find(operatorsOf.text) ?? condition.operator }
    case 'header':
      return { ...condition, operator: find(operatorsOf.header) ?? condition.operator }
    case 'from':
    case 'sender':
    case 'to':
    case 'cc':
    case 'recipients':
      return { ...condition, operator: find(operatorsOf.address) ?? condition.operator }
    case 'importance':
    case 'sensitivity':
      return { ...condition, operator: find(operatorsOf.choice) ?? condition.operator }
    case 'size':
      return { ...condition, operator: find(operatorsOf.size) ?? condition.operator }
    default:
      return condition
  }
}
