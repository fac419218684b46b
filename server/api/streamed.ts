// Sends an answer while it is read, whatever its length: no more of it is held than its reader has still to take. What breaks
// off in the middle is cut off, so that nobody takes it for the whole.
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { log } from '../log.ts'

/** JSON, in pieces that are held whole. `close` is called at the end, whichever it is. */
export type Streamed = { pieces: AsyncIterable<string>; close: () => Promise<void> }

/** A reader that takes no piece for so long is gone, or means no good; one that is only slow has its time as well. */
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
  // Without no-transform our own compression would hold pieces back.
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

/** It went away, or was too slow. */
const isOfReader = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ECONNRESET', 'EPIPE'].includes(String(error.code))
