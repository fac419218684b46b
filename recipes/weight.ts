// How much work a recipe can be on a mail, at most, before any of it is done. What is little is done at once; what may be much
// is done where it can be stopped. The figures are nanoseconds for a character, of the slowest texts that were found, measured
// by `npm run bench -- hostile`; they only have to be right in their order of magnitude.
import { templatesOf } from './action.ts'
import { membersOf } from './group.ts'
import type { ConditionNode, RecipeBody } from './recipe.ts'
import { patternSize } from './regex.ts'
import { filtersOf } from './template.ts'

export type Weight = {
  /** Nanoseconds for each character of the mail. */
  perCharacter: number
  /** How many times longer than the mail each output can become, with all that its filters make on the way. */
  growth: number[]
}

const nsPerState = 12
const nsPerValue = 4
const nsPerFiltered = 20
/** For a body that goes to a board: it is cleaned, and its text read. */
const nsPerShown = 700
const nsPerOutput = 5_000
/** An output makes no more than this: see `memoryLimit` in liquid.ts. */
const longestMade = 4_000_000

export function weightOf({ conditions, actions }: RecipeBody): Weight {
  const templates = actions.flatMap(templatesOf)
  const outputs = templates.flatMap(({ template }) => filtersOf(template))
  const patterns = outputs.flat().flatMap(({ name, args: [pattern] }) => (name === 'extract' && pattern ? [pattern] : []))
  const shown = templates.filter(({ pointer }) => /\/(update|body)$/.test(pointer)).length
  return {
    // A pattern that takes a part out of the text goes over it twice, the second time with what each group has found.
    perCharacter: conditionWeight(conditions) + shown * nsPerShown + sum(patterns.map((pattern) => 4 * nsPerState * patternSize(pattern))),
    growth: outputs.map((filters) => growthOf(filters)),
  }
}

/** In nanoseconds, for a mail of so many characters in all. */
export function workOf({ perCharacter, growth }: Weight, characters: number): number {
  const made = growth.map((times) => nsPerOutput + Math.min(characters * times, longestMade) * nsPerFiltered)
  return characters * perCharacter + sum(made)
}

function conditionWeight(node: ConditionNode): number {
  if (!('field' in node)) return sum(membersOf(node).members.map(conditionWeight))
  if (node.operator !== 'matches') return node.values.length * nsPerValue
  return sum(node.values.map((pattern) => nsPerState * patternSize(pattern)))
}

function growthOf(filters: ReturnType<typeof filtersOf>[number]): number {
  let length = 1
  let made = 1
  for (const filter of filters) {
    length = Math.min(length * factorOf(filter), longestMade)
    made += length
  }
  return made
}

function factorOf({ name, args: [first, second] }: ReturnType<typeof filtersOf>[number][number]): number {
  switch (name) {
    case 'replace':
      if (typeof first !== 'string' || typeof second !== 'string') return longestMade
      return first === '' ? 1 + second.length : Math.max(1, second.length / first.length)
    case 'join':
      return typeof first === 'string' ? 1 + first.length : longestMade
    case 'escape':
      return 6
    case 'append':
    case 'prepend':
    case 'upcase':
    case 'downcase':
    case 'capitalize':
      return 3
    default:
      return 1
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
