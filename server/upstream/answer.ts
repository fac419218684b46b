// What an answer that is none of the good ones says.
import { z } from 'zod'
import { UpstreamError } from './upstream-error.ts'

type Service = UpstreamError['service']

export function errorFrom(service: Service, response: Pick<Response, 'status' | 'headers'>, body: string): UpstreamError {
  const { status, headers } = response
  const code = status >= 300 && status < 400 ? 'redirect' : codeFrom(body)
  const retryAfterSeconds = secondsFrom(headers.get('retry-after'), Date.now())
  const claims = claimsFrom(headers.get('www-authenticate'))
  return new UpstreamError(`${service} answered ${status}${code === undefined ? '' : ` (${code})`}`, {
    service,
    status,
    ...(code === undefined ? {} : { code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(claims === undefined ? {} : { claims }),
  })
}

/** An answer that nothing can be done with. */
export function unreadable(service: Service, status: number, code: string, cause?: unknown): UpstreamError {
  return new UpstreamError(`${service} gave an answer that cannot be used (${code})`, { service, status, code }, cause)
}

/** The code of the innermost error is the most specific one. What the message says is for people, and may name them. */
export function codeFrom(body: string): string | undefined {
  let found: string | undefined
  let level = errorLevel.safeParse(valueOf(body)).data?.error
  for (let depth = 0; level !== undefined && level !== null && depth < 8; depth += 1) {
    const { code, innerError, innererror } = level
    if (typeof code === 'string' && /^[\w.-]{1,100}$/.test(code)) found = code
    level = innerLevel.safeParse(innerError ?? innererror).data
  }
  return found
}

/** Seconds, which Graph gives with fractions at times, or a date. */
export function secondsFrom(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(retryAfter)) return Number(retryAfter)
  const at = Date.parse(retryAfter)
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000)
}

/** What a stronger sign-in must fulfil: JSON, which travels in base64. */
export function claimsFrom(challenge: string | null): string | undefined {
  const given = /\bclaims="([^"]+)"/i.exec(challenge ?? '')?.[1]
  if (given === undefined) return undefined
  const text = given.trim().startsWith('{') ? given : Buffer.from(given, 'base64').toString()
  return typeof valueOf(text) === 'object' ? text : undefined
}

const innerLevel = z.object({ code: z.unknown(), innerError: z.unknown(), innererror: z.unknown() }).partial()
const errorLevel = z.object({ error: innerLevel })

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
