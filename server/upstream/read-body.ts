// The body of an answer, to its end: within its time and its size.
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Patience } from './patience.ts'
import { type Service, UpstreamError } from './upstream-error.ts'

/** A body that may be large. `mayBeLarge` is asked once, when it turns out to be more than `largeBytes`: false gives it up (code `busy`). */
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

/** A large one is in memory once, however it grew and whichever thread reads it: it lies in memory that is shared. */
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

/** By events, which cost less than a loop does: every answer but a file is read so. `take` may say why it goes no further. */
function eachPiece(
  { service, body, patience }: Reading,
  take: (piece: Uint8Array, size: number) => 'too-large' | 'busy' | undefined,
): Promise<void> {
  let size = 0
  const read = new Promise<void>((resolve, reject) => {
    // Its time may be over, or it may have been read, before anyone listens, and then it says so no more.
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

/** Only the code goes along: the error of a broken request may hold its headers. */
export function noAnswer(service: Service, error: unknown): UpstreamError {
  const { name, code } = errorLike.parse(error)
  return new UpstreamError(service, { status: 0, code: name === 'TimeoutError' ? 'timeout' : (code ?? 'no-answer') })
}

const text = z.string().optional().catch(undefined)
const errorLike = z.object({ name: text, code: text }).catch({ name: undefined, code: undefined })
