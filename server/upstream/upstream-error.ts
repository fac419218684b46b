// What another service answered instead of what it was asked for. Neither message nor cause holds what was sent or received.
export type Service = 'graph' | 'entra' | 'vault' | 'monday'

type Details = {
  /** 0: there was no answer. */
  status: number
  code?: string | undefined
  retryAfterSeconds?: number | undefined
  /** What a stronger sign-in must bring, as JSON. */
  claims?: string | undefined
}

export class UpstreamError extends Error {
  override name = 'UpstreamError'
  service: Service
  status: number
  code: string | undefined
  retryAfterSeconds: number | undefined
  claims: string | undefined

  constructor(service: Service, { status, code, retryAfterSeconds, claims }: Details, cause?: unknown) {
    super(`${service} ${status === 0 ? 'was not asked or gave no answer' : `answered ${status}`}${code ? ` (${code})` : ''}`, { cause })
    this.service = service
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
    this.claims = claims
  }
}

export const isUpstreamCode = (error: unknown, code: string): error is UpstreamError =>
  error instanceof UpstreamError && error.code === code

/** It was not asked: it has failed, or said how long to wait, and is left alone until then by all processes. */
export class CoolingDown extends UpstreamError {
  override name = 'CoolingDown'
  connectionId: string
  /** All of which it may be left alone for: a tenant, or all. */
  parent: string

  constructor(
    service: Service,
    { seconds, connectionId, parent }: { seconds: number; connectionId: string; parent: string },
    cause?: unknown,
  ) {
    super(service, { status: 503, code: 'cooling-down', retryAfterSeconds: seconds }, cause)
    this.connectionId = connectionId
    this.parent = parent
  }
}

/** Whether it says nothing about what was asked: the same request will do once the service, or its operator, is back. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false
  const { service, status, code } = error
  if (code !== undefined && ours.has(code)) return false
  if (code === 'redirected') return true
  if (service === 'vault') return code === undefined || !answersOfVault.has(code)
  return status === 0 || status === 408 || (status >= 500 && status !== 501)
}

/** Refused on this side of the wire. */
const ours = new Set(['wrong-host', 'too-large', 'busy'])

/** Whatever else Vault says is about our access to it: a matter between it and its operator. */
const answersOfVault = new Set(['not-found', 'cas-mismatch'])
