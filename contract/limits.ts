// How much the API accepts and returns. bodies.ts has the limits of bodies.

const KiB = 1024

export const pageLimits = { most: 200, cursor: 200 } as const

export const boardLimits = { title: 255, groups: 50, columns: 50, labels: 100, label: 100, locale: 35, partId: 40 } as const

export const itemLimits = { name: 255, columns: 50, columnId: 100, update: 1_000_000 } as const

export const policyList = 1000

export const tryMessages = 50

/** Limits of a problem: the answer to a bad request must not be larger than the request. */
export const problemLimits = { errors: 50, bytes: 64 * KiB, pointer: 300, text: 500 } as const
