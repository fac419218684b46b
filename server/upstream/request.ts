// The one place with HTTP on its way out. A request goes to the origin that it is meant for and to no other, follows no
// redirect, and ends: in time, and at a size.
import { z } from 'zod'
import { metrics } from '../metrics.ts'
import { type Service, UpstreamError } from './upstream-error.ts'

export type UpstreamRequest = {
  service: Service
  method: string
  url: string
  /** The only origin that may be asked; checked before anything is sent. */
  allowedOrigin: string
  headers?: Record<string, string>
  body?: string | undefined
  timeoutMs?: number
}

export type UpstreamAnswer = {
  status: number
  headers: Headers
  /** The whole body, which must come within the time of the request. */
  text(largestBytes?: number): Promise<string>
  /** The body as it comes, with the time of the request for each piece. Leaving the loop ends the connection. */
  bytes(): AsyncIterable<Uint8Array>
}

const usualTimeoutMs = 30_000
const usualLargestBytes = 1024 * 1024

export async function upstreamRequest(request: UpstreamRequest): Promise<UpstreamAnswer> {
  const { service, method, url, allowedOrigin, headers = {}, body, timeoutMs = usualTimeoutMs } = request
  if (!isWithin(url, allowedOrigin)) throw new UpstreamError(service, { status: 0, code: 'wrong-host' })
  const patience = openPatience(timeoutMs)
  try {
    const answer = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: patience.signal,
      ...(body === undefined ? {} : { body }),
    })
    metrics.upstreamCalls.inc({ service, status: answer.status })
    return {
      status: answer.status,
      headers: answer.headers,
      text: (largestBytes = usualLargestBytes) => readText(service, answer, patience, largestBytes),
      bytes: () => readBytes(service, answer, patience),
    }
  } catch (error) {
    patience.end()
    metrics.upstreamCalls.inc({ service, status: 'none' })
    throw noAnswer(service, error)
  }
}

function isWithin(url: string, allowedOrigin: string): boolean {
  if (!URL.canParse(url)) return false
  const { origin, username, password } = new URL(url)
  return origin === new URL(allowedOrigin).origin && username === '' && password === ''
}

async function readText(service: Service, answer: Response, patience: Patience, largestBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for await (const piece of answer.body ?? []) {
      size += piece.byteLength
      if (size > largestBytes) throw new UpstreamError(service, { status: 0, code: 'too-large' })
      pieces.push(piece)
    }
  } catch (error) {
    throw error instanceof UpstreamError ? error : noAnswer(service, error)
  } finally {
    patience.end()
  }
  return Buffer.concat(pieces).toString('utf8')
}

async function* readBytes(service: Service, answer: Response, patience: Patience): AsyncIterable<Uint8Array> {
  try {
    patience.again()
    for await (const piece of answer.body ?? []) {
      patience.again()
      yield piece
    }
  } catch (error) {
    throw error instanceof UpstreamError ? error : noAnswer(service, error)
  } finally {
    patience.end()
  }
}

type Patience = ReturnType<typeof openPatience>

function openPatience(timeoutMs: number) {
  const controller = new AbortController()
  const giveUp = () => controller.abort(new DOMException('No answer in time', 'TimeoutError'))
  let timer = setTimeout(giveUp, timeoutMs)
  return {
    signal: controller.signal,
    again() {
      clearTimeout(timer)
      timer = setTimeout(giveUp, timeoutMs)
    },
    end: () => clearTimeout(timer),
  }
}

/** Of the cause only its code goes along: the error of a broken request may hold its headers. */
function noAnswer(service: Service, error: unknown): UpstreamError {
  const { name, code, cause } = errorLike.parse(error)
  return new UpstreamError(service, { status: 0, code: name === 'TimeoutError' ? 'timeout' : (cause?.code ?? code ?? 'no-answer') })
}

const text = z.string().optional().catch(undefined)
const errorLike = z
  .object({ name: text, code: text, cause: z.object({ code: text }).optional().catch(undefined) })
  .catch({ name: undefined, code: undefined, cause: undefined })
