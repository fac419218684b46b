// Reads the JSON body of a request. JSON between systems is UTF-8 and nothing else (RFC 8259, 8.1): a body that says or shows
// another encoding, or that comes compressed, is refused before it is decoded.
import { isUtf8 } from 'node:buffer'
import express, { type Request, type RequestHandler } from 'express'
import { Problem } from '../problem.ts'

export const readJsonBody: RequestHandler = (request, response, next) => {
  if (request.is('application/json') === false) throw new Problem('unsupported-media-type', 'The body must be application/json.')
  if (!charsetsOf(request).every((charset) => /^utf-8$/i.test(charset))) throw otherEncoding('The body must be JSON in UTF-8.')
  if (!isPlain(request)) throw otherEncoding('The body must not be compressed.')
  return parseJson(request, response, next)
}

const parseJson = express.json({
  limit: 1_500_000,
  strict: false,
  inflate: false,
  type: () => true,
  verify: (_request, _response, body) => {
    refuseOtherBytes(body)
    refuseDepth(body)
  },
  reviver: (key: string, value: unknown) => (key === '__proto__' ? undefined : value),
})

const otherEncoding = (detail: string) => new Problem('unsupported-media-type', detail)

/** A header may name several, and a reader that takes another one than we do would read another body. */
const charsetsOf = (request: Request): string[] =>
  [...(request.get('content-type') ?? '').matchAll(/;\s*charset\s*=\s*("?)([^";]*)\1/gi)].map(([, , charset = '']) => charset.trim())

const isPlain = (request: Request): boolean => {
  const encoding = request.get('content-encoding')
  return encoding === undefined || encoding.trim().toLowerCase() === 'identity'
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

function refuseOtherBytes(body: Buffer): void {
  if (!isUtf8(body)) throw new Problem('malformed-request', 'The body is not UTF-8.')
  if (body.subarray(0, 3).equals(byteOrderMark)) throw new Problem('malformed-request', 'The body begins with a byte order mark.')
}

const deepest = 64

/** No value of the contract is deep; a hostile one would exhaust the stack of the code that walks it. */
function refuseDepth(body: Buffer): void {
  let depth = 0
  let quoted = false
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]
    if (quoted) {
      if (byte === 0x5c) at += 1
      else if (byte === 0x22) quoted = false
    } else if (byte === 0x22) quoted = true
    else if (byte === 0x7b || byte === 0x5b) depth += 1
    else if (byte === 0x7d || byte === 0x5d) depth -= 1
    if (depth > deepest) throw new Problem('malformed-request', `The body is nested deeper than ${deepest}.`)
  }
}
