// A failed call to another service. Neither message nor cause contains what was sent or received.
export type Service = 'graph' | 'entra' | 'vault' | 'monday'

type Details = {
  /** 0: there was no answer. */
  status: number
  code?: string | undefined
  retryAfterSeconds?: number | undefined
  /** The claims that an extra verification needs, as JSON. */
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

/** The service was not called: it has failed, or said how long to wait, and no process calls it until then. */
export class CoolingDown extends UpstreamError {
  override name = 'CoolingDown'
  connectionId: string
  /** The group that may share the cooldown: a tenant, or all. */
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

/** Whether the failure says nothing about the request: the same request will succeed once the service is available again. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false
  const { service, status, code } = error
  if (code !== undefined && ours.has(code)) return false
  if (code === 'redirected') return true
  if (service === 'vault') return code === undefined || !answersOfVault.has(code)
  return status === 0 || status === 408 || (status >= 500 && status !== 501)
}

/** Refused by our own client. */
const ours = new Set(['wrong-host', 'too-large', 'busy'])

/** Any other answer of Vault concerns our access to it, which its operator must fix. */
const answersOfVault = new Set(['not-found', 'cas-mismatch'])
