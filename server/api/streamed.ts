// Sends an answer while it is read, whatever its length, and holds only what its reader has not taken yet. If it fails in the
// middle, the connection is cut off, so that no reader takes it for the whole.
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { log } from '../log.ts'

/** JSON, in chunks. `close` is always called at the end. */
export type Streamed = { pieces: AsyncIterable<string>; close: () => Promise<void> }

/** A reader that takes nothing for this long is gone, or malicious; a slow reader has a time limit too. */
export const readerLimits = { silenceMs: 30_000, longestMs: 30 * 60_000 }

export async function sendStreamed(
  request: Request,
  response: Response,
  { pieces, close }: Streamed,
  { silenceMs, longestMs } = readerLimits,
): Promise<void> {
  const tooSlow = new AbortController()
  const silence = setTimeout(() => tooSlow.abort(), silenceMs)
  const end = setTimeout(() => tooSlow.abort(), longestMs)
  const watched = async function* () {
    for await (const piece of pieces) {
      silence.refresh()
      yield piece
    }
  }
  // Without no-transform, our own compression would delay chunks.
  response.status(200).type('application/json').set('Cache-Control', 'no-store, no-transform')
  try {
    if (request.method === 'HEAD') response.end()
    else await pipeline(watched, response, { signal: tooSlow.signal })
  } catch (error) {
    response.destroy()
    if (!isOfReader(error)) log.error({ err: error, method: request.method, route: request.path }, 'An answer broke off')
  } finally {
    clearTimeout(silence)
    clearTimeout(end)
    await close()
  }
}

/** It left, or was too slow. */
const isOfReader = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ECONNRESET', 'EPIPE'].includes(String(error.code))
