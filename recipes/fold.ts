/** What compares as equal becomes equal: composed (NFC), every blank a blank, no case (É é, σ ς, ß ẞ SS). */
export function fold(text: string): string {
  return plain(text).toLowerCase().toUpperCase().normalize('NFC')
}

/** The text as a pattern sees it: composed, and with the blanks that word processors put in as ordinary ones. */
export function plain(text: string): string {
  return text.normalize('NFC').replace(/[\u00a0\u2007\u202f]/g, ' ')
}
