/** Without NUL and the other controls, and without half characters. */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]/gu, '').toWellFormed()
