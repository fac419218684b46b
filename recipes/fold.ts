// Texts as people read them: what looks and means the same compares as equal. docs/decisions/0036-read-as-people-write.md

/**
 * What a comparison sees: no invisible characters, one kind of quote, of dash and of blank, no case. Used on both sides of every
 * comparison, so that the order of the two does not matter.
 */
export function fold(text: string): string {
  return withoutCase(visible(text)).replace(singleQuotes, "'").replace(doubleQuotes, '"')
}

/** What is seen of a text, as letters, digits and marks that a keyboard has: what a value is read from. */
export function visible(text: string): string {
  return composed(text.replace(invisible, ''))
    .replace(halfAndFullWidth, (run) => run.normalize('NFKC'))
    .replace(dashes, '-')
    .replace(ellipses, '...')
    .replace(blanks, ' ')
}

/** The digits of every script as 0 to 9. */
export function latinDigits(text: string): string {
  return text.replace(/[^\P{Nd}0-9]/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)))
}

/** The text as a pattern sees it: composed, without marks that only steer the layout, and with ordinary blanks. */
export function plain(text: string): string {
  return composed(text.replace(layoutMarks, '')).replace(/[\u00a0\u2007\u202f]/g, ' ')
}

/** Soft hyphens, zero-width characters, direction marks, fillers, variation selectors: Unicode says that none of them is shown. */
const invisible = /\p{Default_Ignorable_Code_Point}+/gu
/** Joiners stay: in Persian, in Indic scripts and in emoji they are part of how a text that is taken out has to be written. */
const layoutMarks = /[\u034f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/g
const halfAndFullWidth = /[\uff01-\uffdc]+/g
const dashes = /\p{Dash}/gu
const ellipses = /\u2026/g
/** `\s` knows the blanks of Unicode, but neither the line break of mainframes nor the blank of Braille, which mailers use as filler. */
const blanks = /[\s\u0085\u2800]{2,}|[^\S ]|[\u0085\u2800]/g
/** Apostrophes, primes, letters that serve as apostrophes, accents typed for want of one; French quotes with their blanks. */
const singleQuotes = /\u2039 ?| ?\u203a|[\u2018-\u201b\u2032\u2035\u00b4`\u02b9\u02bb-\u02bd\u02c8\u02ca\u02cb\u05f3\u275b\u275c]/g
const doubleQuotes = /\u00ab ?| ?\u00bb|[\u201c-\u201f\u2033\u2036\u02ba\u02dd\u02ee\u05f4\u275d\u275e\u301d-\u301f]/g

/**
 * Full case folding: the upper case of the lower case puts together what Unicode's CaseFolding.txt does (ß ẞ ss, σ ς, ﬁ fi, ǆ ǅ Ǆ,
 * Cherokee), which a test proves against Node's own tables. The four letters i of Turkish are one: nobody knows which language
 * a text is in, and a recipe that misses İPTAL costs more than one that takes IPTAL for it.
 */
function withoutCase(text: string): string {
  return text.toLowerCase().toUpperCase().normalize('NFC').replaceAll('\u0130', 'I').normalize('NFC')
}

/**
 * Composing sorts the marks on a letter, in time that grows with the square of their number: 32,000 in a row take a second,
 * and nobody writes more than a few. Longer runs are broken as Unicode does for streams (UAX #15, Stream-Safe Text Format).
 */
function composed(text: string): string {
  return text.replace(/\p{M}{30}(?=\p{M})/gu, '$&\u034f').normalize('NFC')
}

/** In Unicode the digits of a script follow each other, from nought to nine. */
function digitValue(point: number): number {
  let first = point
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
  return (point - first) % 10
}
