// The shape of JSON, read off its bytes before anything is parsed: JSON.parse makes objects of everything that it reads,
// and whatever walks them afterwards pays for each. One pass that allocates nothing and stops at the first excess.

/** `tokens` are values and the names of members: a name costs as much as a value. */
export type JsonLimits = {
  depth: number
  tokens: number
  /** Bytes of one text, number or run of blanks. */
  length?: number
  /** Of `{ "…": [entry, entry] }`, and tokens of one of them. */
  entries?: number
  entryTokens?: number
}

/**
 * Which limit the JSON exceeds, if any. The bytes must be UTF-8. Text that is not JSON gets no verdict: JSON.parse refuses
 * it at the first byte that does not fit, and everything before that byte has been counted here.
 */
export function excessOf(bytes: Uint8Array, limits: JsonLimits): keyof JsonLimits | undefined {
  const { length = Infinity, entries: mostEntries = Infinity, entryTokens: mostInEntry = Infinity } = limits
  // As far as it takes to see that something is too long.
  const longest = length + 1
  let [depth, tokens, entries, inEntry, at] = [0, 0, 0, 0, 0]
  while (at < bytes.length) {
    const kind = kinds[bytes[at] ?? 0]
    const start = at
    if (kind === close) {
      depth -= 1
      at += 1
      continue
    }
    if (kind === between) {
      at = endOfRun(bytes, at, between, Math.min(bytes.length, at + longest))
      if (at - start > length) return 'length'
      continue
    }
    if (depth === depthOfEntries) {
      entries += 1
      inEntry = 0
    }
    tokens += 1
    inEntry += 1
    if (kind === open) {
      depth += 1
      at += 1
    } else at = kind === quote ? endOfString(bytes, at) : endOfRun(bytes, at, word, Math.min(bytes.length, at + longest))
    if (depth > limits.depth) return 'depth'
    if (tokens > limits.tokens) return 'tokens'
    if (entries > mostEntries) return 'entries'
    if (inEntry > mostInEntry) return 'entryTokens'
    if (at - start > length) return 'length'
  }
  return undefined
}

const depthOfEntries = 2

/** A word is a number, true, false or null; blanks, commas and colons stand between. */
const [word, quote, open, close, between] = [0, 1, 2, 3, 4] as const
const backslash = 0x5c

const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte)
  if (sign === '"') return quote
  if ('{['.includes(sign)) return open
  if ('}]'.includes(sign)) return close
  return byte <= 0x20 || ',:'.includes(sign) ? between : word
})

/** What comes after the bytes of one kind, or after `end`. */
function endOfRun(bytes: Uint8Array, start: number, kind: number, end: number): number {
  const table = kinds
  let at = start + 1
  while (at < end && table[bytes[at] ?? 0] === kind) at += 1
  return at
}

/**
 * What comes after the closing quote, or after all bytes. The quote of a long text is looked for, which costs a tenth of walking
 * there; where escapes stand before it there is no way but to walk.
 */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1
  const near = Math.min(at + 32, bytes.length)
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === 0x22) return at + 1
    if (byte === backslash) at += 1
    if (at === near) {
      const end = bytes.indexOf(0x22, at + 1)
      if (end < 0) return bytes.length
      if (bytes.subarray(at + 1, end).indexOf(backslash) < 0) return end + 1
    }
  }
  return at
}
