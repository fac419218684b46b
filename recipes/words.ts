// The grammar that the tables of triggers, conditions and actions have in common. Each language fills in the whole table, so none can
// lack a word.
import type { PositiveOperator } from './conditions/operators.ts'

export type Words = {
  and: string
  or: string
  andThen: string
  quote(text: string): string
  says(noun: string, operator: PositiveOperator, values: readonly string[]): string
  saysNot(noun: string, operator: PositiveOperator, values: readonly string[]): string
  always: string
  never: string
  noneOf(words: string): string
  /** The explanation of a group that holds, and of one that does not. */
  groups: Record<'all' | 'any' | 'none', readonly [holds: string, not: string]>
  found(value: string): string
  recipe(trigger: string, conditions: string | null, actions: string): string
  aBoard: string
  onBoard(board: string): string
  inGroup(group: string): string
  aColumn(name: string | undefined): string
  ofConversation: string
  foundBy(column: string): string
  withFiles: string
}

/** `a, b and c`. */
export function list(words: readonly string[], last: string): string {
  const head = words.slice(0, -1)
  return head.length === 0 ? words.join('') : `${head.join(', ')}${last}${words.at(-1) ?? ''}`
}
