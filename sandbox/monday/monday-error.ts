// Errors as monday.com words them. Most come with HTTP 200: `transport` marks those that have a status of their own.
import { randomUUID } from 'node:crypto'

type Details = { status?: number; transport?: boolean; retryInSeconds?: number; data?: unknown }

export class MondayError extends Error {
  override name = 'MondayError'
  readonly code: string
  readonly status: number
  readonly transport: boolean
  readonly retryInSeconds: number | undefined
  readonly data: unknown

  constructor(code: string, message: string, { status = 400, transport = false, retryInSeconds, data = {} }: Details = {}) {
    super(message)
    this.code = code
    this.status = status
    this.transport = transport
    this.retryInSeconds = retryInSeconds
    this.data = data
  }
}

export function extensionsOf({ code, status, retryInSeconds, data }: MondayError, requestId: string) {
  const retry = retryInSeconds === undefined ? {} : { retry_in_seconds: retryInSeconds }
  return { code, status_code: status, error_data: data, ...retry, request_id: requestId }
}

export const errorBody = (error: MondayError, requestId: string) => ({
  errors: [{ message: error.message, extensions: extensionsOf(error, requestId) }],
  extensions: { request_id: requestId },
})

/** What the service says of itself when only a status is asked for. */
export function usualMondayError(status: number): unknown {
  const [code, message] = usual[status] ?? ['INTERNAL_SERVER_ERROR', 'Internal server error']
  return errorBody(new MondayError(code, message, { status }), randomUUID())
}

const usual: Record<number, [code: string, message: string]> = {
  401: ['NOT_AUTHENTICATED', 'Not authenticated'],
  403: ['UserUnauthorizedException', 'User unauthorized to perform action'],
  409: ['IDEMPOTENCY_CONFLICT', 'A request with this idempotency key is still running'],
  423: ['RESOURCE_LOCKED', 'The resource is locked'],
  429: ['RateLimitedException', 'Rate Limit Exceeded'],
}

export const notFound = (what: string) => new MondayError('ResourceNotFoundException', `${what} not found`, { status: 404 })
export const badValue = (column: { id: string; type: string }, why: string) =>
  new MondayError('ColumnValueException', why, { data: { column_id: column.id, column_type: column.type } })
export const badArgument = (message: string) => new MondayError('InvalidArgumentException', message)
export const unauthorized = () => new MondayError('UserUnauthorizedException', 'User unauthorized to perform action', { status: 403 })
