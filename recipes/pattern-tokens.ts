// A pattern in pieces, as far as it has to be known which of them are letters of words.

/** Of a word: letters, marks, digits of every script, and the underscore. */
export const wordMembers = '\\p{L}\\p{M}\\p{Nd}_'

/** `word` and `other`: one character that is, or is not, of a word; `atom`: one of which that is not known. */
export type PatternToken = {
  text: string
  kind: 'word' | 'other' | 'atom' | 'boundary' | 'ascii' | 'flags' | 'capture' | 'open' | 'close' | 'bar' | 'start' | 'end' | 'repeat'
}

/** What is not closed goes to the end: it is no pattern, and RE2 says so. */
const pieces =
  /\\Q[^\\]*(?:\\E)?|\\[pP]\{[^}]*(?:\}|$)|\\x\{[^}]*(?:\}|$)|\\x[0-9a-fA-F]{2}|\\[^]|\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]\\])*(?:\]|$)|\(\?[a-zA-Z-]+\)|\(\?P?<[a-zA-Z0-9_]*>|\(\?[a-zA-Z-]*:|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/gu

export function tokensOf(pattern: string): PatternToken[] {
  return (pattern.match(pieces) ?? []).map((text) => ({ text: written(text), kind: kindOf(text) }))
}

function written(text: string): string {
  if (text === '\\w') return `(?-i:[${wordMembers}])`
  if (text === '\\W') return `[^${wordMembers}]`
  return text.startsWith('[') ? text.replace(/\\[^]/gu, (escape) => (escape === '\\w' ? wordMembers : escape)) : text
}

const kinds: Record<string, PatternToken['kind']> = {
  '\\w': 'word',
  '\\d': 'word',
  '\\W': 'other',
  '\\s': 'other',
  '\\b': 'boundary',
  '\\B': 'ascii',
  '\\A': 'start',
  '^': 'start',
  '\\z': 'end',
  $: 'end',
  '(': 'capture',
  ')': 'close',
  '|': 'bar',
  '.': 'atom',
}

function kindOf(text: string): PatternToken['kind'] {
  const known = kinds[text]
  if (known !== undefined) return known
  if (text.startsWith('(?')) return text.endsWith(')') ? 'flags' : text.endsWith('>') ? 'capture' : 'open'
  if (text.startsWith('[')) return kindOfClass(text)
  if (/^\\p\{?(?:L|M|Nd)/.test(text)) return 'word'
  if (/^\\p\{?[PZS]/.test(text)) return 'other'
  if (text.startsWith('\\')) return /^\\[^a-zA-Z0-9]$/u.test(text) || text === '\\n' || text === '\\t' || text === '\\r' ? 'other' : 'atom'
  if (/^(?:[*+?]\??|\{\d.*\}\??)$/s.test(text)) return 'repeat'
  return /^[\p{L}\p{M}\p{Nd}_]$/u.test(text) ? 'word' : 'other'
}

function kindOfClass(text: string): PatternToken['kind'] {
  if (/\\[WB]/.test(text)) return 'ascii'
  const members = text.slice(1, -1)
  if (/^(?:[\p{L}\p{M}\p{Nd}_]|[\p{L}\p{Nd}]-[\p{L}\p{Nd}]|\\[wd]|\\p\{[LM][a-z&]?\}|\\p\{Nd\})+$/u.test(members)) return 'word'
  return /^(?:[\s.,;:!?'"()/#*+=]|\\[-s.\]\\/])+$/.test(members) ? 'other' : 'atom'
}
