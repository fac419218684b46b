// The one place with HTTP on its way out. A request goes to the origin that it is meant for and to no other, follows no
// redirect, and ends: in time, and at a size.
import { Agent, type Dispatcher, getGlobalDispatcher, request as send } from 'undici'
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
  /** By names in lower case. */
  headers: Pick<Headers, 'get'>
  /** The whole body, which must come within the time of the request. */
  text(largestBytes?: number): Promise<string>
  /** The body as it comes, with the time of the request for each piece. Leaving the loop ends the connection. */
  bytes(): AsyncIterable<Uint8Array>
}

const usualTimeoutMs = 30_000
export const usualLargestBytes = 1024 * 1024
/** What stands in between may turn away those who do not say what they are, and packs what nobody asked it to leave alone. */
const always = { 'user-agent': 'mailboard', 'accept-encoding': 'identity' }

// Where Node is told to go through a proxy (NODE_USE_ENV_PROXY), it has put a dispatcher of its own there, made by the undici
// that it brings: known by its name alone. Without HTTP/2 a connection carries one call at a time, and may end with it.
const given = getGlobalDispatcher()
const isProxy = given.constructor.name === 'EnvHttpProxyAgent'
const dispatcher = isProxy ? given : new Agent({ allowH2: false, headersTimeout: 0, bodyTimeout: 0 })

export async function upstreamRequest(request: UpstreamRequest): Promise<UpstreamAnswer> {
  const { service, method, url, allowedOrigin, headers = {}, body = null, timeoutMs = usualTimeoutMs } = request
  const target = URL.parse(url)
  if (!target || !isWithin(target, allowedOrigin)) throw new UpstreamError(service, { status: 0, code: 'wrong-host' })
  const patience = openPatience(timeoutMs)
  const asked = { dispatcher, method, headers: { ...always, ...headers }, body, signal: patience.signal }
  const answer = await send(target, asked).catch((error: unknown) => {
    patience.end()
    metrics.upstreamCalls.inc({ service, status: 'none' })
    throw noAnswer(service, error)
  })
  metrics.upstreamCalls.inc({ service, status: answer.statusCode })
  if (isCompressed(answer)) {
    patience.end()
    answer.body.once('error', () => undefined).destroy()
    throw new UpstreamError(service, { status: 0, code: 'compressed' })
  }
  return {
    status: answer.statusCode,
    headers: { get: (name) => headerOf(answer, name) },
    text: (largestBytes = usualLargestBytes) => readText(service, answer.body, patience, largestBytes),
    bytes: () => readBytes(service, answer.body, patience),
  }
}

function isWithin({ origin, username, password }: URL, allowedOrigin: string): boolean {
  return origin === new URL(allowedOrigin).origin && username === '' && password === ''
}

type Answer = Dispatcher.ResponseData

function headerOf({ headers }: Answer, name: string): string | null {
  const value = headers[name] ?? null
  return Array.isArray(value) ? value.join(', ') : value
}

/** What comes so all the same is from something in between that cannot be helped. */
const isCompressed = (answer: Answer) => !['identity', undefined].includes(headerOf(answer, 'content-encoding')?.toLowerCase())

/** By events, which cost less than a loop does: every answer but a file is read so. */
function readText(service: Service, body: Answer['body'], patience: Patience, largestBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  const read = new Promise<string>((resolve, reject) => {
    // Its time may be over, or it may have been read, before anyone listens, and then it says so no more.
    if (body.destroyed) reject(body.errored)
    body
      .on('error', reject)
      .on('end', () => resolve(Buffer.concat(pieces).toString('utf8')))
      .on('data', (piece: Uint8Array) => {
        size += piece.byteLength
        if (size > largestBytes) body.destroy(new UpstreamError(service, { status: 0, code: 'too-large' }))
        else pieces.push(piece)
      })
  })
  return read
    .catch((error: unknown) => {
      throw error instanceof UpstreamError ? error : noAnswer(service, error)
    })
    .finally(patience.end)
}

async function* readBytes(service: Service, body: Answer['body'], patience: Patience): AsyncIterable<Uint8Array> {
  try {
    patience.again()
    for await (const piece of body) {
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

/** Only the code goes along: the error of a broken request may hold its headers. */
function noAnswer(service: Service, error: unknown): UpstreamError {
  const { name, code } = errorLike.parse(error)
  return new UpstreamError(service, { status: 0, code: name === 'TimeoutError' ? 'timeout' : (code ?? 'no-answer') })
}

const text = z.string().optional().catch(undefined)
const errorLike = z.object({ name: text, code: text }).catch({ name: undefined, code: undefined })
