// How much work a recipe can be on a mail, at most, before any of it is done. What is little is done at once; what may be much
// is done where it can be stopped. The figures are nanoseconds for a character, of the slowest texts that were found, measured
// by `npm run bench -- hostile`; they only have to be right in their order of magnitude.
import { actions as actionKinds } from './actions/actions.ts'
import { fields } from './conditions/fields.ts'
import { type ConditionNode, membersOf } from './group.ts'
import { patternLimits, renderLimits } from './limits.ts'
import { memoryLimit } from './liquid.ts'
import type { RecipeBody } from './recipe.ts'
import { patternSize } from './regex.ts'
import { filtersOf } from './template.ts'

export type Weight = {
  /** Nanoseconds for each character of the mail. */
  perCharacter: number
  /** Characters that the recipe's templates bring along themselves: filters make them grow as they do the mail's. */
  own: number
  /** How many times longer than the mail each output can become, with all that its filters make on the way. */
  growth: number[]
  /** Patterns that take a part out of what the filters before have made of the mail: how many times it, and what a character costs. */
  extracts: { times: number; ns: number }[]
  /** Dates that are written out. */
  dates: number
  /** For each text that is shown on a board: its own characters, and how many times the mail it can hold. */
  shown: { own: number; times: number }[]
}

const nsPerState = 12
const nsPerValue = 4
/** A value that is long, looked for in a text that is nearly made of it. */
const nsPerLetterOfValue = 0.25
/** A list is looked at entry by entry, as names, addresses and both together. */
const listFactor = 4
const nsPerFiltered = 20
/** For a body that goes to a board: it is cleaned, and its text read. */
const nsPerShown = 700
const nsPerOutput = 5_000
/** In a time zone that was not asked for before, with the week of the year. */
const nsPerDate = 1_500_000

export function weightOf({ conditions, actions }: Pick<RecipeBody, 'conditions' | 'actions'>): Weight {
  const templates = actions
    .flatMap(actionKinds.templates)
    .map(({ isHtml, template }) => ({ isHtml, own: template.length, outputs: filtersOf(template) }))
  const outputs = templates.flatMap((each) => each.outputs)
  const shown = templates.filter(({ isHtml }) => isHtml)
  return {
    perCharacter: conditionWeight(conditions),
    own: sum(templates.map(({ own }) => own)),
    extracts: outputs.flatMap(extractsOf),
    dates: outputs.flat().filter(({ name }) => name === 'date').length,
    growth: outputs.map((filters) => growthOf(filters).made),
    shown: shown.map(({ own, outputs }) => ({ own, times: sum(outputs.map((filters) => growthOf(filters).length)) })),
  }
}

/** In nanoseconds, for a mail of so many characters in all. */
export function workOf({ perCharacter, own, growth, extracts, dates, shown }: Weight, characters: number): number {
  const base = characters + own
  const made = growth.map((times) => nsPerOutput + Math.min(base * times, memoryLimit) * nsPerFiltered)
  const extracted = extracts.map(({ times, ns }) => Math.min(base * times, patternLimits.text) * ns)
  const cleaned = shown.map(({ own, times }) => Math.min(own + characters * times, renderLimits.html) * nsPerShown)
  return characters * perCharacter + sum(made) + sum(extracted) + dates * nsPerDate + sum(cleaned)
}

function conditionWeight(node: ConditionNode): number {
  if (!('field' in node)) return sum(membersOf(node).members.map(conditionWeight))
  const factor = fields[node.field].isList ? listFactor : 1
  if (node.operator !== 'matches') return factor * sum(node.values.map((value) => nsPerValue + String(value).length * nsPerLetterOfValue))
  return factor * sum(node.values.map((pattern) => nsPerState * patternSize(pattern)))
}

function growthOf(filters: ReturnType<typeof filtersOf>[number]): { length: number; made: number } {
  let length = 1
  let made = 1
  for (const filter of filters) {
    length = Math.min(length * factorOf(filter), memoryLimit)
    made += length
  }
  return { length, made }
}

/** A pattern goes over its text twice, the second time with what each group has found. */
function extractsOf(filters: ReturnType<typeof filtersOf>[number]): Weight['extracts'] {
  return filters.flatMap(({ name, args: [pattern] }, at) =>
    name === 'extract' && pattern ? [{ times: growthOf(filters.slice(0, at)).length, ns: 4 * nsPerState * patternSize(pattern) }] : [],
  )
}

function factorOf({ name, args: [first, second] }: ReturnType<typeof filtersOf>[number][number]): number {
  switch (name) {
    case 'replace':
      if (typeof first !== 'string' || typeof second !== 'string') return memoryLimit
      return first === '' ? 1 + second.length : Math.max(1, second.length / first.length)
    case 'join':
      return typeof first === 'string' ? 1 + first.length : memoryLimit
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
