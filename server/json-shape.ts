// The shape of JSON, read off its bytes before anything is parsed: JSON.parse makes objects of everything that it reads,
// and whatever walks them afterwards pays for each. One pass that allocates nothing and stops at the first excess.

/** `tokens` are values and the names of members: a name costs as much as a value. */
export type JsonLimits = { depth: number; tokens: number }

/**
 * Which limit the JSON exceeds, if any. The bytes must be UTF-8. Text that is not JSON gets no verdict: JSON.parse refuses
 * it at the first byte that does not fit, and everything before that byte has been counted here.
 */
export function excessOf(bytes: Uint8Array, limits: JsonLimits): keyof JsonLimits | undefined {
  let depth = 0
  let tokens = 0
  let inWord = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === quote) {
      at = endOfString(bytes, at)
      tokens += 1
      inWord = false
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1
      tokens += 1
      inWord = false
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      inWord = false
    } else if (byte <= space || byte === comma || byte === colon) {
      inWord = false
    } else if (!inWord) {
      // A number, true, false or null.
      tokens += 1
      inWord = true
    }
    if (depth > limits.depth) return 'depth'
    if (tokens > limits.tokens) return 'tokens'
  }
  return undefined
}

const [quote, backslash, openBrace, openBracket, closeBrace, closeBracket, comma, colon, space] = [
  0x22, 0x5c, 0x7b, 0x5b, 0x7d, 0x5d, 0x2c, 0x3a, 0x20,
]

/** Where the closing quote stands, or the end of the bytes. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}
