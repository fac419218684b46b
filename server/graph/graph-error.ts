// Graph's refusals as errors: the status, the most specific code, how long to wait, what a stronger sign-in must bring.
import { z } from 'zod'
import { retryAfterSeconds } from '../upstream/retry-after.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

type Refusal = { status: number; headers: Pick<Headers, 'get'>; text: string }

export function graphErrorFrom({ status, headers, text }: Refusal, now: Date): UpstreamError {
  return new UpstreamError('graph', {
    status,
    code: mostSpecificCode(text),
    retryAfterSeconds: retryAfterSeconds(headers.get('retry-after'), now),
    claims: claimsOf(headers.get('www-authenticate')),
  })
}

/** Cut off on its way, or no answer of Graph's at all: a proxy in between may say anything. */
export const noJson = () => new UpstreamError('graph', { status: 0, code: 'no-json' })

/** For those who must know that Graph said no, and how. */
export function isRefusal(error: unknown, ...statuses: number[]): error is UpstreamError {
  return error instanceof UpstreamError && error.service === 'graph' && statuses.includes(error.status)
}

/**
 * A claims challenge: the same call is let through after a sign-in that brings these claims
 * (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
 */
export const claimsAskedBy = (error: unknown): string | undefined => (isRefusal(error, 401, 403) ? error.claims : undefined)

/** Whether Graph has made up its mind; otherwise what was asked may have been done all the same. */
export function isDefinite(error: unknown): boolean {
  return error instanceof UpstreamError && error.service === 'graph' && error.status >= 400 && error.status < 500
}

type Inner = { code?: string | undefined; innerError?: Inner | undefined; innererror?: Inner | undefined }

const inner: z.ZodType<Inner> = z.lazy(() =>
  z.object({
    code: z.string().optional().catch(undefined),
    innerError: inner.optional().catch(undefined),
    innererror: inner.optional().catch(undefined),
  }),
)
const body = z.object({ error: inner })

/** Both spellings of the inner error occur; the deepest code says most, but for one that only repeats the status. */
function mostSpecificCode(text: string): string | undefined {
  const parsed = body.safeParse(jsonOrUndefined(text))
  let code: string | undefined
  for (let at: Inner | undefined = parsed.data?.error; at !== undefined; at = at.innerError ?? at.innererror)
    if (at.code !== undefined && !/^\d+$/.test(at.code)) code = at.code
  return code !== undefined && /^[\w.-]{1,100}$/.test(code) ? code : undefined
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Base64 of JSON, in either alphabet, beside other parameters or challenges. */
function claimsOf(header: string | null): string | undefined {
  const [, encoded] = /\bclaims\s*=\s*"?([A-Za-z0-9+/=_-]+)/i.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString()
  return claims.safeParse(jsonOrUndefined(decoded)).success ? decoded : undefined
}

const claims = z.record(z.string(), z.unknown())
