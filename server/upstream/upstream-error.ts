// What a service elsewhere answered, or that it did not. Thrown by upstream/ alone.
type Answer = { service: 'graph' | 'entra' | 'vault' | 'monday'; status: number; code?: string; retryAfterSeconds?: number; claims?: string }

export class UpstreamError extends Error {
  override name = 'UpstreamError'
  service: Answer['service']
  /** 0: there was no answer. */
  status: number
  code: string | undefined
  retryAfterSeconds: number | undefined
  claims: string | undefined

  constructor(message: string, answer: Answer, cause?: unknown) {
    super(message, { cause })
    this.service = answer.service
    this.status = answer.status
    this.code = answer.code
    this.retryAfterSeconds = answer.retryAfterSeconds
    this.claims = answer.claims
  }
}

/** The service is away: nothing is wrong with what was asked. */
export const isOutage = (error: unknown): boolean =>
  error instanceof UpstreamError && (error.status === 0 || error.status === 408 || error.status >= 500)
