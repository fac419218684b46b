// RE2 for what people write: linear in the text, the same on both sides. The only file that knows the library, so that
// the pane may load it late.
import { RE2JS } from 're2js'
import { plain } from './fold.ts'

const patternLimit = 1000
const programLimit = 5000
/** A text is looked at as far as this many characters. */
const textLimit = 256 * 1024
const remembered = 200

const compiled = new Map<string, RE2JS | { issue: string }>()

/** What is wrong with a pattern, in words; null when it can be used. */
export function patternIssue(pattern: string): string | null {
  const regex = compile(pattern)
  return regex instanceof RE2JS ? null : regex.issue
}

/** How many states its automaton has: a text of n characters takes at most n times as many steps. 0 for one that cannot be used. */
export function patternSize(pattern: string): number {
  const regex = compile(pattern)
  return regex instanceof RE2JS ? regex.programSize() : 0
}

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

function looked(text: string): string {
  return plain(text.length > textLimit ? text.slice(0, textLimit) : text)
}

function compile(pattern: string): RE2JS | { issue: string } {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  if (compiled.size >= remembered) compiled.clear()
  const fresh = compileAnew(pattern)
  compiled.set(pattern, fresh)
  return fresh
}

function compileAnew(pattern: string): RE2JS | { issue: string } {
  if (pattern.length > patternLimit) return { issue: `A pattern has at most ${patternLimit} characters.` }
  try {
    const regex = RE2JS.compile(plain(pattern), RE2JS.CASE_INSENSITIVE)
    return regex.programSize() > programLimit ? { issue: 'This pattern is too large.' } : regex
  } catch (error) {
    return { issue: `This pattern cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}
