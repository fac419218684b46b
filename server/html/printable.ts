/** Without NUL and other control characters, and without half characters. */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]/gu, '').toWellFormed()
