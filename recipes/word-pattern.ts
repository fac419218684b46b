// RE2 knows words of ASCII alone: to it `é` is no \w, and there is a \b within `café`. Here \w and \W become classes of all letters,
// marks and digits. A \b is put into what it means where that can be told by what stands beside it; elsewhere it stays as it is, and
// the recipe is warned of it.
import { type PatternToken, tokensOf, wordMembers } from './pattern-tokens.ts'

/** `ascii`: the first part, as it is written, that still knows the letters of ASCII alone. */
export type WordPattern = { pattern: string; ascii: string | null }

const outside = `[^${wordMembers}]`
/** They take a character along: what is found is taken from a group, of which they are no part. */
const [beforeWord, afterWord] = [`(?:\\A|${outside})`, `(?:\\z|${outside})`]

export function wordPattern(pattern: string): WordPattern {
  if (!/\\[wWbB]/.test(pattern)) return { pattern, ascii: null }
  const tokens = tokensOf(pattern)
  const hasGroup = tokens.some(({ kind }) => kind === 'capture')
  const alternatives = alternativesIn(tokens).map((alternative) => withoutBoundaries(alternative, hasGroup))
  const ascii = tokens.find(({ kind }) => kind === 'ascii')?.text
  return {
    pattern: alternatives.map(({ text }) => text).join('|'),
    ascii: ascii ?? (alternatives.some(({ isAscii }) => isAscii) ? '\\b' : null),
  }
}

function withoutBoundaries(all: readonly PatternToken[], hasGroup: boolean): { text: string; isAscii: boolean } {
  const flags = all.filter(({ kind }, at) => kind === 'flags' && at === 0)
  const tokens = all.slice(flags.length)
  const meant = tokens.map((token, at) => (token.kind === 'boundary' ? meaningOf(tokens, at) : token.text))
  const [first, last] = [meant[0] === beforeWord ? 1 : 0, meant.at(-1) === afterWord ? 1 : 0]
  const core = meant.slice(first, meant.length - last).join('')
  const found = first + last > 0 && !hasGroup ? `(${core})` : core
  return {
    text: `${flags.map(({ text }) => text).join('')}${first > 0 ? beforeWord : ''}${found}${last > 0 ? afterWord : ''}`,
    isAscii: meant.includes('\\b'),
  }
}

type Side = 'word' | 'other' | 'end' | 'unknown'

function meaningOf(tokens: readonly PatternToken[], at: number): string {
  const [before, after] = [sideBefore(tokens, at - 1), sideAfter(tokens, at + 1)]
  if (before === 'end' && after === 'word' && at === 0) return beforeWord
  if (after === 'end' && before === 'word' && at === tokens.length - 1) return afterWord
  const isCertain =
    (before === 'word' && (after === 'other' || after === 'end')) || (after === 'word' && (before === 'other' || before === 'end'))
  return isCertain ? '' : '\\b'
}

/** What a match of the token at this place, and of what follows it, begins with. */
function sideAfter(tokens: readonly PatternToken[], at: number): Side {
  const token = tokens[at]
  if (token === undefined || token.kind === 'end') return 'end'
  const isGroup = token.kind === 'capture' || token.kind === 'open'
  const close = isGroup ? closing(tokens, at) : at
  if (mayBeAbsent(tokens[close + 1])) return 'unknown'
  if (!isGroup) return token.kind === 'word' || token.kind === 'other' ? token.kind : 'unknown'
  return common(
    alternativesIn(tokens.slice(at + 1, close)).map((alternative) => (alternative.length === 0 ? 'unknown' : sideAfter(alternative, 0))),
  )
}

/** What a match up to the token at this place ends with. */
function sideBefore(tokens: readonly PatternToken[], at: number): Side {
  const token = tokens[at]
  if (token === undefined || token.kind === 'start') return 'end'
  if (token.kind === 'repeat') return mayBeAbsent(token) ? 'unknown' : sideBefore(tokens, at - 1)
  if (token.kind === 'word' || token.kind === 'other') return token.kind
  if (token.kind !== 'close') return 'unknown'
  const open = tokens.findIndex((each, index) => (each.kind === 'capture' || each.kind === 'open') && closing(tokens, index) === at)
  const alternatives = alternativesIn(tokens.slice(open + 1, at))
  return common(alternatives.map((each) => (each.length === 0 ? 'unknown' : sideBefore(each, each.length - 1))))
}

const common = (sides: readonly Side[]): Side => {
  const [first = 'unknown'] = sides
  return first !== 'end' && sides.every((side) => side === first) ? first : 'unknown'
}

const mayBeAbsent = (token: PatternToken | undefined) => token?.kind === 'repeat' && /^(?:[*?]|\{0)/.test(token.text)

function closing(tokens: readonly PatternToken[], open: number): number {
  let depth = 0
  for (let at = open; at < tokens.length; at += 1) {
    const kind = tokens[at]?.kind
    if (kind === 'capture' || kind === 'open') depth += 1
    if (kind === 'close') depth -= 1
    if (depth === 0) return at
  }
  return tokens.length
}

function alternativesIn(tokens: readonly PatternToken[]): PatternToken[][] {
  const alternatives: PatternToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.kind === 'capture' || token.kind === 'open') depth += 1
    if (token.kind === 'close') depth -= 1
    if (token.kind === 'bar' && depth === 0) alternatives.push([])
    else alternatives.at(-1)?.push(token)
  }
  return alternatives
}
