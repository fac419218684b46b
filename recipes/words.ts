// The words for recipes. Each language fills in the whole table, so none can lack a word.
import type { FieldOf, SizeOperator } from './condition.ts'
import type { AddUpdate, CreateItem, Find, SendMail, Trigger } from './recipe.ts'

/** Negative operators are the negation of their positive one. */
export type PositiveOperator = 'contains' | 'is' | 'starts-with' | 'ends-with' | 'matches' | 'domain-is'
type TextualField = FieldOf<'text' | 'address' | 'choice'>

export type Words = {
  and: string
  or: string
  andThen: string
  quote(text: string): string
  /** The noun of a sentence: `the subject`. */
  nouns: Record<TextualField, string>
  header(name: string | undefined): string
  choices: Record<string, string>
  says(noun: string, operator: PositiveOperator, values: string[]): string
  saysNot(noun: string, operator: PositiveOperator, values: string[]): string
  /** The sentence when the flag is true, and when it is false. */
  flags: Record<FieldOf<'flag'>, readonly [yes: string, no: string]>
  size(operator: SizeOperator, kilobytes: number, holds: boolean): string
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
  trigger(trigger: Trigger, board: string, column: string): string
  find(find: Find, column: string): string
  createItem(action: Omit<CreateItem, 'kind'>, place: string): string
  addUpdate(action: AddUpdate, item: string, place: string): string
  setColumns(columns: string[], item: string): string
  sendMail(action: SendMail): string
}

/** `a, b and c`. */
export function list(words: readonly string[], last: string): string {
  const head = words.slice(0, -1)
  return head.length === 0 ? words.join('') : `${head.join(', ')}${last}${words.at(-1) ?? ''}`
}
