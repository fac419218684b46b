// Graph's refusals as errors: the status, the most specific code, how long to wait, the claims that an extra verification needs.
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

/** The answer was cut off, or is not Graph's: a proxy in between may have sent it. */
export const noJson = () => new UpstreamError('graph', { status: 0, code: 'no-json' })

/** For callers that need to know that Graph refused, and how. */
export function isRefusal(error: unknown, ...statuses: number[]): error is UpstreamError {
  return error instanceof UpstreamError && error.service === 'graph' && statuses.includes(error.status)
}

/**
 * A claims challenge: the same call succeeds after a sign-in with these claims
 * (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
 */
export const claimsAskedBy = (error: unknown): string | undefined => (isRefusal(error, 401, 403) ? error.claims : undefined)

/** Whether the refusal is definite; otherwise Graph may have done what was asked. */
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

/** Both spellings of the inner error occur. The deepest code is the most specific, except one that only repeats the status. */
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
