// What a failed call to Entra's token endpoint means, by its words and numbers and never by its text, which changes
// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). Six verdicts concern a user; what only
// an operator can mend blames nobody, and neither does an Entra that is away: both are thrown as an UpstreamError.
import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import { z } from 'zod'
import { retryAfterSeconds } from '../upstream/retry-after.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

export type Refusal =
  | { verdict: 'consent-required' }
  /** Only an administrator of the organisation may consent. */
  | { verdict: 'approval-required' }
  | { verdict: 'interaction-required'; claims: string | undefined }
  | { verdict: 'revoked' }
  /** The organisation's conditional access forbids it. */
  | { verdict: 'blocked' }
  /** The caller's own token does not do for an exchange. */
  | { verdict: 'bad-assertion' }

type Judgement = Refusal | { verdict: 'operator'; code: string } | { verdict: 'outage'; error: UpstreamError }

const errorBody = z.object({
  error: z.string(),
  error_description: z.string().optional().catch(undefined),
  suberror: z.string().optional().catch(undefined),
  error_codes: z.array(z.coerce.number()).catch([]),
  claims: z.string().optional().catch(undefined),
})

export function judgeTokenError(error: unknown): Judgement {
  if (error instanceof UpstreamError) return { verdict: 'outage', error }
  // A 401 with a challenge is what a client gets that does not prove who it is.
  if (error instanceof WWWAuthenticateChallengeError) return { verdict: 'operator', code: 'invalid_client' }
  if (error instanceof ResponseBodyError) return judgeBody(error)
  if (error instanceof ClientError || isFetchFailure(error)) return { verdict: 'outage', error: outageFrom(error) }
  throw error
}

/**
 * What the browser brings back from a consent page instead of a code. Entra repeats its number in the text and in a link to an
 * explanation. A user who declines (65004) and one whom Microsoft let do nothing but return say the same: only the other numbers
 * say that an administrator is needed.
 */
export function judgeConsentError({ error, error_description: text, error_uri: uri }: Record<string, unknown>) {
  const codes = [...codesIn(text), ...codesIn(uri)]
  if (codes.some((code) => approvalCodes.includes(code))) return 'approval-required'
  if (codes.some((code) => operatorCodes.includes(code))) return 'operator'
  return typeof error === 'string' && outageWords.includes(error) ? 'outage' : 'declined'
}

/** `AADSTS90094: …` in a description, `…/error?code=90094` in a link. */
export const codesIn = (text: unknown): number[] =>
  typeof text === 'string' ? [...text.matchAll(/(?:\bAADSTS|[?&]code=)(\d{5,8})\b/g)].map(([, digits]) => Number(digits)) : []

/** An administrator must consent: by the organisation's rules, by the permission's kind, since the app is new; a request was sent. */
const approvalCodes = [90093, 90094, 90095, 900941, 900981]
/** The registration lacks what is asked for. */
const operatorCodes = [650056, 90008]
const outageWords = ['server_error', 'temporarily_unavailable']

/** The error words and AADSTS numbers that tell one refusal from another. An app that a tenant does not know wants its consent too. */
const consentCodes = [65001, 65004, 700016, 700011, 500011]
const assertionCodes = [50013, 500131, 500133, 50027]
const loopCodes = [50196, 90033]
const interactionWords = ['interaction_required', 'login_required']
const interactionSuberrors = ['basic_action', 'additional_action', 'message_only', 'user_password_expired']

function judgeBody({ cause, status, response }: ResponseBodyError): Judgement {
  const parsed = errorBody.safeParse(cause)
  if (!parsed.success) return { verdict: 'operator', code: 'unreadable' }
  const { error, error_description: text, suberror = '', error_codes: numbers, claims } = parsed.data
  const codes = numbers.length > 0 ? numbers : codesIn(text)
  const has = (known: number[]) => codes.some((code) => known.includes(code))
  if (status === 429 || error === 'temporarily_unavailable' || has(loopCodes)) return { verdict: 'outage', error: away(response) }
  if (has(approvalCodes)) return { verdict: 'approval-required' }
  if (has(operatorCodes)) return { verdict: 'operator', code: 'misconfigured' }
  if (error === 'consent_required' || suberror === 'consent_required' || has(consentCodes)) return { verdict: 'consent-required' }
  if (interactionWords.includes(error) || interactionSuberrors.includes(suberror) || claims !== undefined)
    return { verdict: 'interaction-required', claims }
  if (error === 'access_denied') return { verdict: 'blocked' }
  if (error !== 'invalid_grant') return { verdict: 'operator', code: /^[a-z_]{1,60}$/.test(error) ? error : 'unknown' }
  return { verdict: has(assertionCodes) ? 'bad-assertion' : 'revoked' }
}

const isFetchFailure = (error: unknown) => error instanceof TypeError && error.message === 'fetch failed'

function outageFrom(error: unknown): UpstreamError {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof Response ? away(cause) : new UpstreamError('entra', { status: 0, code: 'no-answer' })
}

/** Throttled and unreadable answers count like those of a service that is away. */
const away = ({ status, headers }: Response) =>
  new UpstreamError('entra', {
    status: status >= 500 ? status : 503,
    retryAfterSeconds: retryAfterSeconds(headers.get('retry-after'), new Date()),
  })
