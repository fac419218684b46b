// What monday.com says instead of an answer, sorted by what follows from it. Most of it comes with status 200 and a list of errors
// (https://developer.monday.com/api-reference/docs/error-handling). Of its messages, which may repeat what was sent, nothing is kept.
import { z } from 'zod'
import { retryAfterSeconds } from '../../upstream/retry-after.ts'
import { UpstreamError } from '../../upstream/upstream-error.ts'

/**
 * `wait`: later. `park`: tomorrow. `running`: a call with the same key is under way. `configuration`: the board, or the right to it, is not
 * what it was. `data`: this item or update is not taken. `token`: it is not good any more. `operator`: somebody has to change how this is
 * run. `unclear`: it may have been done all the same.
 */
export type Reaction = 'wait' | 'park' | 'running' | 'configuration' | 'data' | 'token' | 'operator' | 'unclear'

export class MondayError extends UpstreamError {
  override name = 'MondayError'
  reaction: Reaction
  /** Which column was refused, where it is said. */
  columnId: string | undefined

  constructor(
    reaction: Reaction,
    details: { status: number; code: string; retryAfterSeconds?: number | undefined; columnId?: string | undefined },
  ) {
    super('monday', details)
    this.reaction = reaction
    this.columnId = details.columnId
  }
}

export const isReaction = (error: unknown, ...reactions: Reaction[]): error is MondayError =>
  error instanceof MondayError && reactions.includes(error.reaction)

/** Whether the call has certainly changed nothing. */
export function hasDoneNothing(error: unknown): boolean {
  if (error instanceof MondayError) return error.reaction !== 'unclear' && error.reaction !== 'running'
  return error instanceof UpstreamError && error.service === 'monday' && error.code !== undefined && neverLeft.has(error.code)
}

/** No connection was there to send anything by; or it was left alone on this side of the wire. */
const neverLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'wrong-host',
])

const reactions: Record<string, Reaction> = {
  COMPLEXITY_BUDGET_EXHAUSTED: 'wait',
  ComplexityException: 'wait',
  maxConcurrencyExceeded: 'wait',
  FIELD_LIMIT_EXCEEDED: 'wait',
  RateLimitedException: 'wait',
  MutationCallsExceeded: 'wait',
  IP_RATE_LIMIT_EXCEEDED: 'wait',
  API_TEMPORARILY_BLOCKED: 'wait',
  RESOURCE_LOCKED: 'wait',
  DAILY_LIMIT_EXCEEDED: 'park',
  IDEMPOTENCY_CONFLICT: 'running',
  NOT_AUTHENTICATED: 'token',
  InvalidBoardIdException: 'configuration',
  InvalidColumnIdException: 'configuration',
  InvalidGroupIdException: 'configuration',
  ResourceNotFoundException: 'configuration',
  missingRequiredPermissions: 'configuration',
  UserUnauthorizedException: 'configuration',
  USER_UNAUTHORIZED: 'configuration',
  USER_ACCESS_DENIED: 'configuration',
  ItemsLimitationException: 'operator',
  InvalidVersionException: 'operator',
  IP_RESTRICTED: 'operator',
  ColumnValueException: 'data',
  CorrectedValueException: 'data',
  ItemNameTooLongException: 'data',
  InvalidArgumentException: 'data',
  DATA_VALIDATIONS_ERROR: 'data',
  RecordInvalidException: 'data',
  JsonParseException: 'data',
  DeleteLastGroupException: 'data',
}

/** Where no code says it: by how the message begins, or by the status. */
const byMessage: [pattern: RegExp, code: string][] = [
  [/^complexity budget exhausted/i, 'COMPLEXITY_BUDGET_EXHAUSTED'],
  [/daily limit/i, 'DAILY_LIMIT_EXCEEDED'],
  [/concurrency limit/i, 'maxConcurrencyExceeded'],
  [/rate limit exceeded|minute limit/i, 'RateLimitedException'],
  [/your ip is restricted/i, 'IP_RESTRICTED'],
  [/^not authenticated/i, 'NOT_AUTHENTICATED'],
  [/^parse error on/i, 'JsonParseException'],
]

function byStatus(status: number): Reaction {
  if (status === 401) return 'token'
  if (status === 403 || status === 404) return 'configuration'
  if (status === 423 || status === 429) return 'wait'
  if (status === 409) return 'running'
  return status >= 400 && status < 500 ? 'data' : 'unclear'
}

type Refusal = { status: number; headers: Pick<Headers, 'get'>; body: unknown }

/** undefined: it says of no error. `now`: for how long a day is left. */
export function mondayErrorFrom({ status, headers, body }: Refusal, now: Date): MondayError | undefined {
  const said = saidIn(body)
  if (said === undefined && status < 400) return undefined
  const { code: named, message = '', statusCode, retry, columnId } = said ?? {}
  const inWords = byMessage.find(([pattern]) => pattern.test(message))?.[1]
  const code = inWords ?? named ?? `HTTP ${status}`
  const reaction = reactions[code] ?? byStatus(status >= 400 ? status : (statusCode ?? 0))
  const told = retry ?? retryAfterSeconds(headers.get('retry-after'), now) ?? resetIn(message)
  const seconds = reaction === 'park' ? (told ?? secondsOfDay(now)) : told
  return new MondayError(reaction, { status: statusFor(reaction, status, statusCode), code, retryAfterSeconds: seconds, columnId })
}

/** "Too many" is what is said to those who try again: it counts no attempt (see jobs/retry.ts). */
function statusFor(reaction: Reaction, status: number, said: number | undefined): number {
  if (reaction === 'wait' || reaction === 'park' || reaction === 'running') return 429
  if (status >= 400) return status
  const usual: Record<Exclude<Reaction, 'wait' | 'park' | 'running'>, number> = {
    configuration: 403,
    data: 422,
    token: 401,
    operator: 400,
    unclear: 502,
  }
  return said !== undefined && said >= 400 ? said : usual[reaction]
}

/** Until 00:00 UTC. */
const secondsOfDay = (now: Date) => (86_400_000 - (now.getTime() % 86_400_000)) / 1000

const resetIn = (message: string): number | undefined => {
  const seconds = /reset in (\d+) seconds/i.exec(message)?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}

type Said = { code?: string | undefined; message?: string | undefined; statusCode?: number | undefined; retry?: number | undefined; columnId?: string | undefined } // prettier-ignore

const name = z.string().regex(/^[\w.-]{1,100}$/).optional().catch(undefined) // prettier-ignore
const number = z.number().optional().catch(undefined)
const text = z.string().optional().catch(undefined)
const errorData = z.object({ retry_in_seconds: number, column_id: name }).optional().catch(undefined)
const oneError = z.object({
  message: text,
  extensions: z.object({ code: name, status_code: number, retry_in_seconds: number, error_data: errorData }).optional().catch(undefined),
})
const present = z.object({ errors: z.array(z.union([oneError, z.string().transform((message) => ({ message, extensions: undefined }))])).min(1) }) // prettier-ignore
/** An older form, which still occurs. */
const legacy = z.object({ error_code: name, error_message: text, status_code: number, error_data: errorData })

function saidIn(body: unknown): Said | undefined {
  const old = legacy.safeParse(body).data
  if (old?.error_code !== undefined || old?.error_message !== undefined) {
    const { error_code: code, error_message: message, status_code: statusCode, error_data: data } = old
    return { code, message, statusCode, retry: data?.retry_in_seconds, columnId: data?.column_id }
  }
  const [first] = present.safeParse(body).data?.errors ?? []
  if (first === undefined) return undefined
  const { message, extensions } = first
  const { code, status_code: statusCode, retry_in_seconds: retry, error_data: data } = extensions ?? {}
  return { code, message, statusCode, retry: retry ?? data?.retry_in_seconds, columnId: data?.column_id }
}
