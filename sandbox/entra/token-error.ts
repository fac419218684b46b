import { randomUUID } from 'node:crypto'

type Known = { status: 400 | 401; error: string; suberror?: string; text: string }

// Microsoft's reference-error-codes page; the words `error` and `suberror` are what a client may branch on.
const known = {
  50011: {
    status: 400,
    error: 'invalid_request',
    text: 'The redirect URI specified in the request does not match the redirect URIs configured.',
  },
  50013: { status: 400, error: 'invalid_grant', text: 'Assertion failed signature validation, or is not meant for this exchange.' },
  500131: { status: 400, error: 'invalid_grant', text: 'Assertion audience does not match the client app presenting the assertion.' },
  500133: { status: 400, error: 'invalid_grant', text: 'Assertion is not within its valid time range.' },
  50057: { status: 400, error: 'invalid_grant', text: 'The user account is disabled.' },
  50076: { status: 400, error: 'interaction_required', suberror: 'basic_action', text: 'You must use multi-factor authentication.' },
  50173: {
    status: 400,
    error: 'invalid_grant',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  },
  501481: {
    status: 400,
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  54005: { status: 400, error: 'invalid_grant', text: 'OAuth2 authorization code was already redeemed.' },
  65001: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'consent_required',
    text: 'The user or administrator has not consented to use the application.',
  },
  70000: { status: 400, error: 'invalid_grant', suberror: 'bad_token', text: 'The provided grant is invalid or malformed.' },
  70002: { status: 401, error: 'invalid_client', text: 'Error validating credentials.' },
  7000215: { status: 401, error: 'invalid_client', text: 'Invalid client secret provided.' },
  7000218: { status: 401, error: 'invalid_client', text: 'The request body must contain client_assertion or client_secret.' },
  700016: { status: 400, error: 'unauthorized_client', text: 'Application was not found in the directory.' },
  700084: {
    status: 400,
    error: 'invalid_grant',
    text: 'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00.',
  },
  700027: { status: 401, error: 'invalid_client', text: 'Client assertion failed signature validation.' },
  70003: { status: 400, error: 'unsupported_grant_type', text: 'The app requested an unsupported grant type.' },
  70008: { status: 400, error: 'invalid_grant', text: 'The provided authorization code or refresh token has expired.' },
  70011: { status: 400, error: 'invalid_scope', text: 'The provided value for the input parameter scope is not valid.' },
  28000: { status: 400, error: 'invalid_scope', text: 'The scope names more than one resource.' },
  90002: { status: 400, error: 'invalid_request', text: 'Tenant not found.' },
  90014: { status: 400, error: 'invalid_request', text: 'A required field is missing from the request.' },
} as const satisfies Record<number, Known>

export type TokenErrorCode = keyof typeof known

export class TokenError extends Error {
  readonly code: TokenErrorCode
  readonly status: number
  readonly error: string
  readonly body: Record<string, unknown>

  constructor(code: TokenErrorCode, extra: { claims?: string; detail?: string } = {}) {
    const entry: Known = known[code]
    super(`AADSTS${code}: ${entry.text}${extra.detail ? ` ${extra.detail}` : ''}`)
    this.code = code
    this.status = entry.status
    this.error = entry.error
    const now = new Date().toISOString().replace('T', ' ').slice(0, 19)
    const traceId = randomUUID()
    const correlationId = randomUUID()
    this.body = {
      error: entry.error,
      error_description: `${this.message}\r\nTrace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${now}Z`,
      error_codes: [code],
      timestamp: `${now}Z`,
      trace_id: traceId,
      correlation_id: correlationId,
      ...(entry.suberror ? { suberror: entry.suberror } : {}),
      ...(extra.claims ? { claims: extra.claims } : {}),
    }
  }
}

/** The endpoint's own error if a fault gives only a status. */
export function usualEntraError(status: number): unknown {
  if (status === 400) return new TokenError(50173).body
  if (status === 401) return new TokenError(7000215).body
  const text = 'AADSTS90033: A transient error has occurred. Please try again.'
  return { error: 'temporarily_unavailable', error_description: text, error_codes: [90033] }
}
