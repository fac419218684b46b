// RE2 for what people write: linear in the text, the same on both sides. The only file that knows the library, so that
// the pane may load it late.
import { RE2JS } from 're2js'
import { plain } from './fold.ts'
import { patternLimits } from './limits.ts'
import { wordPattern } from './word-pattern.ts'

const remembered = 200

type Unusable = { issue: string; instructions: number }

const compiled = new Map<string, RE2JS | Unusable>()

/** What the patterns of one recipe have cost so far. */
export type PatternBudget = { characters: number; instructions: number }

export const openPatternBudget = (): PatternBudget => ({ characters: 0, instructions: 0 })

/**
 * What is wrong with a pattern, in words; null when it can be used. Characters count before it is compiled, instructions
 * after it: once the patterns of a recipe have used up either, none is compiled any more.
 */
export function patternIssue(pattern: string, spent: PatternBudget = openPatternBudget()): string | null {
  if (pattern.length > patternLimits.characters) return `A pattern can have at most ${patternLimits.characters} characters.`
  // Each \w is a class of all letters, which takes as long to compile as some characters.
  spent.characters += Math.max(pattern.length + 2 * (pattern.split('\\w').length - 1) + 60 * wideRangesIn(pattern), patternLimits.least)
  if (spent.characters > patternLimits.allCharacters || spent.instructions > patternLimits.allInstructions) return tooMuch
  const regex = compile(pattern)
  if (!(regex instanceof RE2JS)) {
    // One that is too large cost as much as one that can be used.
    spent.instructions += regex.instructions
    return regex.issue
  }
  spent.instructions += regex.programSize()
  return spent.instructions > patternLimits.allInstructions ? tooMuch : null
}

/** How many states its automaton has: a text of n characters takes at most n times as many steps. 0 for one that cannot be used. */
export function patternSize(pattern: string): number {
  const regex = compile(pattern)
  return regex instanceof RE2JS ? regex.programSize() : 0
}

/** A range that ends beyond Latin is folded letter by letter: some 5 ms. */
const wideRangesIn = (pattern: string): number => (pattern.match(/-(?:[^\0-\u024f]|\\[^dDsSwWbB])/g) ?? []).length

const tooMuch = 'The patterns of this recipe are too large in total.'

/** Without case; a pattern that cannot be used matches nothing. */
export function matches(pattern: string, text: string): boolean {
  const regex = compile(pattern)
  return regex instanceof RE2JS && regex.test(looked(text))
}

/** The first group that took part, or the whole match where the pattern has none; '' when nothing is found. */
export function extract(pattern: string, text: string): string {
  const regex = compile(pattern)
  const subject = looked(text)
  // test() runs on an automaton and costs a flat 6 ms for a megabyte; a matcher may cost 800, so it only runs on a hit.
  if (!(regex instanceof RE2JS) || !regex.test(subject)) return ''
  const matcher = regex.matcher(subject)
  if (!matcher.find()) return ''
  for (let group = 1; group <= matcher.groupCount(); group += 1) {
    const found = matcher.group(group)
    if (found !== null && found !== undefined) return found
  }
  return matcher.groupCount() > 0 ? '' : (matcher.group() ?? '')
}

const lookedAt = new Map<string, string>()

/** Composing 256 KB takes 2 ms, and the patterns of a recipe look at the same texts one after the other, in one go. */
function looked(text: string): string {
  const known = lookedAt.get(text)
  if (known !== undefined) return known
  const fresh = plain(text.length > patternLimits.text ? text.slice(0, patternLimits.text) : text)
  // No mail is kept longer than the work on it.
  if (lookedAt.size === 0) queueMicrotask(() => lookedAt.clear())
  lookedAt.set(text, fresh)
  return fresh
}

function compile(pattern: string): RE2JS | Unusable {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  if (compiled.size >= remembered) compiled.clear()
  const fresh = compileAnew(pattern)
  compiled.set(pattern, fresh)
  return fresh
}

function compileAnew(pattern: string): RE2JS | Unusable {
  if (pattern.length > patternLimits.characters) return { issue: 'This pattern is too long.', instructions: 0 }
  try {
    const regex = RE2JS.compile(wordPattern(plain(pattern)).pattern, RE2JS.CASE_INSENSITIVE)
    const instructions = regex.programSize()
    return instructions > patternLimits.instructions ? { issue: 'This pattern is too large.', instructions } : regex
  } catch (error) {
    return { issue: `This pattern cannot be read: ${error instanceof Error ? error.message : String(error)}`, instructions: 0 }
  }
}
