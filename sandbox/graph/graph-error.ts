import { randomUUID } from 'node:crypto'

export class GraphError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Record<string, string>

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

export function graphErrorBody(code: string, message: string, requestId: string = randomUUID(), clientRequestId = requestId): unknown {
  const date = new Date().toISOString().slice(0, 19)
  return { error: { code, message, innerError: { date, 'request-id': requestId, 'client-request-id': clientRequestId } } }
}

/** Graph's own error if a fault gives only a status. */
export function usualGraphError(status: number): unknown {
  const known: Record<number, [string, string]> = {
    400: ['BadRequest', 'The request is malformed or incorrect.'],
    401: ['InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'],
    403: ['ErrorAccessDenied', 'Access is denied. Check credentials and try again.'],
    404: ['ErrorItemNotFound', 'The specified object was not found in the store.'],
    429: ['ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'],
    500: ['InternalServerError', 'An internal server error occurred. The operation failed.'],
    503: ['ServiceUnavailable', 'The service is temporarily unavailable.'],
    504: ['GatewayTimeout', 'The server did not receive a timely response.'],
  }
  const [code, message] = known[status] ?? ['UnknownError', 'Something went wrong.']
  return graphErrorBody(code, message)
}

export const itemNotFound = () => new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
export const badRequest = (message: string) => new GraphError(400, 'BadRequest', message)
