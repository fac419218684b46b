// Reads the JSON body of a request. JSON between systems is UTF-8 and nothing else (RFC 8259, 8.1): a body that says or shows
// another encoding, or that comes compressed, is refused before it is decoded.
import { isUtf8 } from 'node:buffer'
import express, { type Request, type RequestHandler } from 'express'
import { type BodyLimits, deepestBody } from '../../contract/bodies.ts'
import { withoutNul } from '../database/text.ts'
import { excessOf } from '../json-shape.ts'
import { Problem } from '../problem.ts'

export function jsonBody({ bytes, tokens }: BodyLimits): RequestHandler {
  const parseJson = express.json({
    limit: bytes,
    strict: false,
    inflate: false,
    type: () => true,
    verify: (_request, _response, body) => {
      refuseOtherBytes(body)
      refuseShape(body, tokens)
    },
    reviver,
  })
  return (request, response, next) => {
    if (request.is('application/json') === false) throw new Problem('unsupported-media-type', 'The body must be application/json.')
    if (!charsetsOf(request).every((charset) => /^utf-8$/i.test(charset))) throw otherEncoding('The body must be JSON in UTF-8.')
    if (!isPlain(request)) throw otherEncoding('The body must not be compressed.')
    return parseJson(request, response, next)
  }
}

/**
 * The database takes neither NUL nor half a character: they go before anything is judged, so that what was judged is what is kept.
 */
function reviver(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined
  // The parser of bodies keeps nothing of an error but that it is one: it is answered as what is not JSON is.
  if (key !== withoutNul(key).toWellFormed()) throw new SyntaxError('The name of a member holds what no text can hold.')
  return typeof value === 'string' ? withoutNul(value).toWellFormed() : value
}

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

/** A body of many parts, or a deep one, would exhaust whatever walks it. */
function refuseShape(body: Buffer, tokens: number): void {
  const excess = excessOf(body, { depth: deepestBody, tokens })
  if (excess === 'depth') throw new Problem('malformed-request', `The body is nested deeper than ${deepestBody}.`)
  if (excess === 'tokens') throw new Problem('too-large', `The body holds more than ${tokens} values and names.`)
}
