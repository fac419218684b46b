// One row of the table of limits, and the words that many rows share.

/** `answer` is what the client gets, or sees; `test` shows it at the edge of the limit. */
export type Limit = { what: string; howMuch: string; answer: string; test: { file: string; name: string } }

export const count = (number: number): string => number.toLocaleString('en')

export const size = (bytes: number): string =>
  bytes % 1_048_576 === 0 ? `${bytes / 1_048_576} MiB` : bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${count(bytes)} bytes`

export const seconds = (ms: number): string => `${count(ms / 1000)} s`

export const invalid = (code: string): string => `422 \`invalid-recipe\`, error \`${code}\``

export const invalidRequest = '400 `invalid-request`, error `too-big` or `not-valid`'
