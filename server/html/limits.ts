export const safeHtmlLimits = { html: 1_000_000, depth: 256, text: 100_000, columns: 100, rows: 1000, href: 8_000 } as const

/** Tags and attributes that are read of one body. */
export const mostMarks = 1_000_000
