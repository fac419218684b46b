// The only place from which HTTP leaves for another service. Whatever is not a whole, good answer of that very service is
// thrown as an UpstreamError: no redirect is followed, no answer waited for without end, none read without bound.
import { metrics } from '../metrics.ts'
import { errorFrom, unreadable } from './answer.ts'
import { UpstreamError } from './upstream-error.ts'

export type UpstreamRequest = {
  service: UpstreamError['service']
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  url: string
  /** The one origin that the request may go to. */
  origin: string
  headers: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** For the whole of a JSON answer; of a stream for each part of it. */
  timeoutMs?: number
}

const usualTimeoutMs = 30_000
const largestAnswer = 64 * 1024 * 1024
const largestError = 64 * 1024

/** undefined: a good answer without a body. */
export async function requestJson(request: UpstreamRequest): Promise<unknown> {
  const patience = startPatience(request)
  try {
    const response = await send(request, patience)
    const text = new TextDecoder().decode(await readUpTo(response, request, patience, largestAnswer))
    if (text.trim() === '') return undefined
    return parsed(text, response, request)
  } finally {
    patience.end()
  }
}

/** The bytes as they come. Whoever stops reading early ends the request. */
export async function requestStream(request: UpstreamRequest): Promise<AsyncIterable<Uint8Array>> {
  const patience = startPatience(request)
  try {
    return parts(await send(request, patience), request, patience)
  } catch (error) {
    patience.end()
    throw error
  }
}

/** Throws unless the address is one of this origin: nothing is sent elsewhere, least of all a token. */
export function demandOrigin(url: string, origin: string, service: UpstreamError['service']): void {
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target === undefined || target.origin !== new URL(origin).origin || target.username !== '' || target.password !== '')
    throw unreadable(service, 200, 'foreign-address')
}

async function send(request: UpstreamRequest, patience: Patience): Promise<Response> {
  const { service, method, url, body } = request
  demandOrigin(url, request.origin, service)
  const headers = body === undefined ? request.headers : { ...request.headers, 'content-type': 'application/json' }
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await answered(request, () => fetch(url, { method, headers, ...content, redirect: 'manual', signal: patience.signal }))
  metrics.upstreamCalls.inc({ service, status: String(response.status) })
  if (response.ok) return response
  const said = await readUpTo(response, request, patience, largestError).catch(() => new Uint8Array())
  throw errorFrom(service, response, new TextDecoder().decode(said))
}

/** A call that breaks off has had no answer, whatever its first half was. */
async function answered<Result>({ service }: UpstreamRequest, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof UpstreamError) throw error
    metrics.upstreamCalls.inc({ service, status: 'none' })
    const code = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no-answer'
    throw new UpstreamError(`${service} did not answer (${code})`, { service, status: 0, code }, error)
  }
}

function parsed(text: string, response: Response, { service }: UpstreamRequest): unknown {
  // What is no JSON comes from somebody in between: a proxy, a page that asks to log in.
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '')) throw unreadable(service, 0, 'not-json')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(service, response.status, 'broken-json', error)
  }
}

async function readUpTo(response: Response, request: UpstreamRequest, patience: Patience, limit: number): Promise<Uint8Array> {
  const read: Uint8Array[] = []
  let length = 0
  for await (const part of parts(response, request, patience)) {
    length += part.byteLength
    if (length > limit) throw unreadable(request.service, 413, 'answer-too-large')
    read.push(part)
  }
  return Buffer.concat(read)
}

async function* parts(response: Response, request: UpstreamRequest, patience: Patience): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  try {
    for (;;) {
      const next = await answered(request, async () => reader?.read())
      if (next?.value === undefined) return
      patience.renew()
      yield next.value
    }
  } finally {
    await reader?.cancel().catch(() => undefined)
    patience.end()
  }
}

type Patience = ReturnType<typeof startPatience>

function startPatience({ timeoutMs = usualTimeoutMs }: UpstreamRequest) {
  const controller = new AbortController()
  const expire = () => controller.abort(new DOMException('The answer takes too long', 'TimeoutError'))
  const timer = setTimeout(expire, timeoutMs)
  return { signal: controller.signal, renew: () => void timer.refresh(), end: () => clearTimeout(timer) }
}
