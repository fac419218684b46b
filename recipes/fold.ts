/** What compares as equal becomes equal: composed (NFC), every blank a blank, no case (É é, σ ς, ß ẞ SS). */
export function fold(text: string): string {
  return composed(plain(text).toLowerCase().toUpperCase())
}

/** The text as a pattern sees it: composed, and with the blanks that word processors put in as ordinary ones. */
export function plain(text: string): string {
  return composed(text).replace(/[\u00a0\u2007\u202f]/g, ' ')
}

/**
 * Composing sorts the marks on a letter, in time that grows with the square of their number: 32,000 in a row take a second,
 * and nobody writes more than a few. Longer runs are broken as Unicode does for streams (UAX #15, Stream-Safe Text Format).
 */
function composed(text: string): string {
  return text.replace(/\p{M}{30}(?=\p{M})/gu, '$&\u034f').normalize('NFC')
}
