// JSON between systems is UTF-8 and nothing else (RFC 8259, 8.1). What says of itself that it is something else would be read
// otherwise by a reader that believes it, so it is refused before it is decoded.
import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from './problem.ts'

export function refuseOtherEncoding({ 'content-type': type = '', 'content-encoding': encoding }: IncomingHttpHeaders): void {
  if (!charsetsIn(type).every((charset) => /^utf-8$/i.test(charset))) throw refused('The body must be JSON in UTF-8.')
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') throw refused('The body must not be compressed.')
}

/** A header may name several, and a reader that takes another one than we do would read another body. */
const charsetsIn = (type: string): string[] =>
  [...type.matchAll(/;\s*charset\s*=\s*("?)([^";]*)\1/gi)].map(([, , charset = '']) => charset.trim())

const refused = (detail: string) => new Problem('unsupported-media-type', detail)
