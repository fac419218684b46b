// All outgoing HTTP. A request goes only to its intended origin, follows no redirect, and has limits of time and size.
import { Agent, type Dispatcher, getGlobalDispatcher, request as send } from 'undici'
import { metrics } from '../metrics.ts'
import { openPatience, type Patience } from './patience.ts'
import { type LargeBody, noAnswer, readLarge, readWhole } from './read-body.ts'
import { type Service, UpstreamError } from './upstream-error.ts'

export type UpstreamRequest = {
  service: Service
  method: string
  url: string
  /** The only allowed origin; checked before anything is sent. */
  allowedOrigin: string
  headers?: Record<string, string>
  body?: string | undefined
  timeoutMs?: number
  /** Never through a proxy, not even one that the operator has chosen with NODE_USE_ENV_PROXY. */
  direct?: true
}

export type UpstreamAnswer = {
  status: number
  /** By names in lower case. */
  headers: Pick<Headers, 'get'>
  /** The whole body, which must come within the time of the request. */
  text(largestBytes?: number): Promise<string>
  /** The whole body as bytes. */
  content(size: LargeBody): Promise<Buffer>
  /** The body as it arrives; the request's time limit applies to each chunk. Leaving the loop ends the connection. */
  bytes(): AsyncIterable<Uint8Array>
}

const usualTimeoutMs = 30_000
export const usualLargestBytes = 1024 * 1024
/** Something in between may refuse requests without a user agent, and compress answers unless told not to. */
const always = { 'user-agent': 'mailboard', 'accept-encoding': 'identity' }

// With NODE_USE_ENV_PROXY, Node has set a dispatcher of its own, made by its built-in undici, which only its name identifies.
// Without HTTP/2, a connection carries one call at a time, and may end with it.
const given = getGlobalDispatcher()
const direct = new Agent({ allowH2: false, headersTimeout: 0, bodyTimeout: 0 })
const usual = given.constructor.name === 'EnvHttpProxyAgent' ? given : direct

export async function upstreamRequest(request: UpstreamRequest): Promise<UpstreamAnswer> {
  const { service, method, url, allowedOrigin, headers = {}, body = null, timeoutMs = usualTimeoutMs } = request
  const target = URL.parse(url)
  if (!target || !isWithin(target, allowedOrigin)) throw new UpstreamError(service, { status: 0, code: 'wrong-host' })
  const patience = openPatience(timeoutMs)
  const dispatcher = request.direct ? direct : usual
  const asked = { dispatcher, method, headers: { ...always, ...headers }, body, signal: patience.signal }
  const answer = await send(target, asked).catch((error: unknown) => {
    patience.end()
    metrics.upstreamCalls.inc({ service, status: 'none' })
    throw noAnswer(service, error)
  })
  metrics.upstreamCalls.inc({ service, status: answer.statusCode })
  const unusable = isRedirect(answer) ? 'redirected' : isCompressed(answer) ? 'compressed' : undefined
  if (unusable !== undefined) {
    patience.end()
    answer.body.once('error', () => undefined).destroy()
    throw new UpstreamError(service, { status: unusable === 'redirected' ? answer.statusCode : 0, code: unusable })
  }
  return {
    status: answer.statusCode,
    headers: { get: (name) => headerOf(answer, name) },
    text: async (largestBytes = usualLargestBytes) =>
      (await readWhole({ service, body: answer.body, patience }, largestBytes)).toString('utf8'),
    content: (size) => readLarge({ service, body: answer.body, patience }, size),
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

/** None of these services moves its addresses: a redirect means that something in between wants the request, with its token. */
const isRedirect = ({ statusCode }: Answer) => statusCode >= 300 && statusCode < 400

/** A compressed answer was changed by something in between, and cannot be read. */
const isCompressed = (answer: Answer) => !['identity', undefined].includes(headerOf(answer, 'content-encoding')?.toLowerCase())

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
