// Reads JSON bodies of at most 4 MiB, before any middleware. Anyone can post here: all bodies together take only part of the memory,
// and the shape of a body is measured before it is parsed. A refused body is not kept, but read to its end within reason, because a
// sender that is cut off while sending does not get the answer.
import type { IncomingMessage } from 'node:http'
import { excessOf } from '../json-shape.ts'
import { refuseOtherEncoding } from '../plain-utf8.ts'
import { Problem } from '../problem.ts'

export const largestBody = 4 * 1024 * 1024

type BodyLimits = {
  largestBody: number
  mostHeard: number
  /** For all bodies being read. If it is exceeded, the largest body is dropped: Graph's are small. */
  mostAtOnce: number
  patienceMs: number
}

export const bodyLimits: BodyLimits = { largestBody, mostHeard: 16 * 1024 * 1024, mostAtOnce: 32 * 1024 * 1024, patienceMs: 15_000 }

/** Graph posts far fewer notifications. One has about thirty names and values, none of them long, and is two levels deep. */
export const postingShape = { depth: 10, entries: 1_000, entryTokens: 64, tokens: 64_000, length: 16 * 1024 }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function openBodies(limits = bodyLimits): { readJson: (request: IncomingMessage) => Promise<unknown> } {
  const readBytes = openReading(limits)
  return {
    readJson: async (request) => {
      refuseOtherEncoding(request.headers)
      return jsonFrom(await readBytes(request))
    },
  }
}

function jsonFrom(bytes: Buffer): unknown {
  const excess = excessOf(bytes, postingShape)
  if (excess === 'entries') throw new Problem('too-large', `The body contains more than ${postingShape.entries} notifications.`)
  if (excess !== undefined)
    throw new Problem('malformed-request', `The body does not look like notifications: ${excess} over ${postingShape[excess]}.`)
  const text = textFrom(bytes)
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('malformed-request', 'The body is not JSON.')
  }
}

function textFrom(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Problem('malformed-request', 'The body is not UTF-8.')
  }
}

/** A body as far as it has arrived. */
type Reading = { bytes: number; parts: Buffer[]; refusal?: Problem }

function openReading({ largestBody, mostHeard, mostAtOnce, patienceMs }: BodyLimits) {
  const readings = new Set<Reading>()
  let held = 0

  const letGo = (reading: Reading) => {
    readings.delete(reading)
    held -= reading.bytes
    reading.bytes = 0
  }
  const refuse = (reading: Reading, refusal: Problem) => {
    letGo(reading)
    reading.parts = []
    reading.refusal = refusal
  }
  const take = (reading: Reading, part: Buffer) => {
    reading.parts.push(part)
    reading.bytes += part.length
    held += part.length
    if (reading.bytes > largestBody) refuse(reading, new Problem('too-large', `The body is larger than ${largestBody / 1024 / 1024} MiB.`))
    while (held > mostAtOnce) refuse(largestOf(readings, reading), busy())
  }

  // By events, because an iterator costs as much as all the rest of reading.
  return (request: IncomingMessage): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const reading: Reading = { bytes: 0, parts: [] }
      let heard = 0
      readings.add(reading)
      const patience = setTimeout(() => request.destroy(), patienceMs)
      const end = (refusal: Problem | undefined) => {
        clearTimeout(patience)
        letGo(reading)
        if (refusal !== undefined) reject(refusal)
        else resolve(reading.parts.length === 1 ? (reading.parts[0] ?? empty) : Buffer.concat(reading.parts))
      }
      request.on('data', (part: Buffer) => {
        heard += part.length
        if (reading.refusal === undefined) take(reading, part)
        if (heard > mostHeard) request.destroy()
      })
      request.on('end', () => end(reading.refusal))
      request.on('error', () => end(endsEarly()))
      // Each request closes, nearly all of them after their end.
      request.on('close', () => {
        if (!request.readableEnded) end(reading.refusal ?? endsEarly())
      })
    })
}

const empty = Buffer.alloc(0)

const busy = () => new Problem('service-unavailable', 'Too much data is being sent at once.', { retryAfterSeconds: 5 })
const endsEarly = () => new Problem('malformed-request', 'The body ends early.')

function largestOf(readings: ReadonlySet<Reading>, any: Reading): Reading {
  let largest = any
  for (const reading of readings) if (reading.bytes > largest.bytes) largest = reading
  return largest
}
