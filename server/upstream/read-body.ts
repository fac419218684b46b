// Reads the whole body of an answer, within limits of time and size.
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Patience } from './patience.ts'
import { type Service, UpstreamError } from './upstream-error.ts'

/** For a body that may be large. `mayBeLarge` is called once, when the body exceeds `largeBytes`; false stops reading (code `busy`). */
export type LargeBody = { largestBytes: number; largeBytes: number; mayBeLarge: () => boolean }

type Reading = { service: Service; body: Readable; patience: Patience }

/** Throws UpstreamError `too-large`. */
export async function readWhole(reading: Reading, largestBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  await eachPiece(reading, (piece, size) => {
    if (size > largestBytes) return 'too-large'
    pieces.push(piece)
    return undefined
  })
  return Buffer.concat(pieces)
}

/** A large body is in memory only once, because the memory is shared between threads. */
export async function readLarge(reading: Reading, { largestBytes, largeBytes, mayBeLarge }: LargeBody): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let shared: SharedArrayBuffer | undefined
  const append = (piece: Uint8Array, into: SharedArrayBuffer) => {
    const end = into.byteLength
    into.grow(end + piece.byteLength)
    new Uint8Array(into, end).set(piece)
  }
  await eachPiece(reading, (piece, size) => {
    if (size > largestBytes) return 'too-large'
    if (shared !== undefined) append(piece, shared)
    else if (size <= largeBytes) pieces.push(piece)
    else if (mayBeLarge()) {
      shared = new SharedArrayBuffer(0, { maxByteLength: largestBytes })
      for (const each of [...pieces.splice(0), piece]) append(each, shared)
    } else return 'busy'
    return undefined
  })
  return shared === undefined ? Buffer.concat(pieces) : Buffer.from(shared, 0, shared.byteLength)
}

/** Reads by events, which cost less than a loop: every answer except files is read this way. `take` may return why it stops. */
function eachPiece(
  { service, body, patience }: Reading,
  take: (piece: Uint8Array, size: number) => 'too-large' | 'busy' | undefined,
): Promise<void> {
  let size = 0
  const read = new Promise<void>((resolve, reject) => {
    // The body may have timed out or ended before the listeners are added, and then emits no more events.
    if (body.destroyed) reject(body.errored)
    body
      .on('error', reject)
      .on('end', resolve)
      .on('data', (piece: Uint8Array) => {
        size += piece.byteLength
        const code = take(piece, size)
        if (code !== undefined) body.destroy(new UpstreamError(service, { status: 0, code }))
      })
  })
  return read
    .catch((error: unknown) => {
      throw error instanceof UpstreamError ? error : noAnswer(service, error)
    })
    .finally(patience.end)
}

/** Passes on only the code: the error of a failed request may contain its headers. */
export function noAnswer(service: Service, error: unknown): UpstreamError {
  const { name, code } = errorLike.parse(error)
  return new UpstreamError(service, { status: 0, code: name === 'TimeoutError' ? 'timeout' : (code ?? 'no-answer') })
}

const text = z.string().optional().catch(undefined)
const errorLike = z.object({ name: text, code: text }).catch({ name: undefined, code: undefined })
