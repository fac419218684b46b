export const safeHtmlLimits = { html: 1_000_000, depth: 256, text: 100_000, columns: 100, rows: 1000, href: 8_000 } as const

/** Tags, end tags and attributes to read from one body. Together with the length of its text, this limits the time. */
export const mostMarks = 1_000_000

/** In a row: to a reader, more are one gap. */
export const mostBlankLines = 2

/** Length of one body's style sheets: the rest is ignored. */
export const mostStyleLetters = 1_000_000

export const mostAltLetters = 10_000
