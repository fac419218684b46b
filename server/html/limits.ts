export const safeHtmlLimits = { html: 1_000_000, depth: 256, text: 100_000, columns: 100, rows: 1000, href: 8_000 } as const

/** Tags, ends of tags and attributes that are read of one body: with the length of its text they bound the time that it takes. */
export const mostMarks = 1_000_000

/** In a row: what is more is one gap to a reader. */
export const mostBlankLines = 2

/** Style sheets of one body: what comes after is not looked at. */
export const mostStyleLetters = 1_000_000

export const mostAltLetters = 10_000
