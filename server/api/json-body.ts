// Reads the JSON body of a request. A body that is not in UTF-8, claims not to be, or is compressed is refused.
import { isUtf8 } from 'node:buffer'
import express, { type RequestHandler } from 'express'
import { type BodyLimits, deepestBody } from '../../contract/bodies.ts'
import { withoutNul } from '../database/text.ts'
import { excessOf } from '../json-shape.ts'
import { refuseOtherEncoding } from '../plain-utf8.ts'
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
    refuseOtherEncoding(request.headers)
    return parseJson(request, response, next)
  }
}

/**
 * The database accepts neither NUL nor half a character: they are removed before validation, so that what was validated is stored.
 */
function reviver(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined
  // The body parser drops an error's details, so it is answered like a body that is not JSON.
  if (key !== withoutNul(key).toWellFormed()) throw new SyntaxError('The name of a member holds what no text can hold.')
  return typeof value === 'string' ? withoutNul(value).toWellFormed() : value
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

function refuseOtherBytes(body: Buffer): void {
  if (!isUtf8(body)) throw new Problem('malformed-request', 'The body is not UTF-8.')
  if (body.subarray(0, 3).equals(byteOrderMark)) throw new Problem('malformed-request', 'The body must not begin with a byte order mark.')
}

/** A body with many parts, or a deep one, would exhaust code that walks it. */
function refuseShape(body: Buffer, tokens: number): void {
  const excess = excessOf(body, { depth: deepestBody, tokens })
  if (excess === 'depth') throw new Problem('malformed-request', `The body is nested deeper than ${deepestBody} levels.`)
  if (excess === 'tokens') throw new Problem('too-large', `The body contains more than ${tokens} values and names.`)
}
