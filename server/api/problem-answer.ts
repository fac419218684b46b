// Only this file turns thrown errors into answers (RFC 9457). A bug of ours shows no detail.
import type { ErrorRequestHandler, Response } from 'express'
import { type ProblemCode, problemCatalogue } from '../../contract/problem.ts'
import { isAway, isDeadlock, isTimedOut } from '../database/postgres.ts'
import { log } from '../log.ts'
import { erasedProblem } from '../people/erased-sign-ins.ts'
import { Problem } from '../problem.ts'
import { isOutage, UpstreamError } from '../upstream/upstream-error.ts'
import { boundedFaults } from './bounded-problem.ts'

export const problemAnswers: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) return next(error)
  const problem = problemFrom(error)
  const [status] = problemCatalogue[problem.code]
  if (status >= 500) log.error({ err: error, method: request.method, route: routeOf(request), status }, 'A request could not be answered')
  sendProblem(response, problem)
}

function sendProblem(response: Response, { code, message, extra }: Problem): void {
  const [status, title] = problemCatalogue[code]
  const { retryAfterSeconds, allow, errors, ...members } = extra
  const known = { type: 'about:blank', title, status, code, ...members }
  const { detail, ...faults } = boundedFaults(message, errors, known)
  if (code === 'unauthorized') response.set('WWW-Authenticate', 'Bearer error="invalid_token"')
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(Math.ceil(retryAfterSeconds)))
  if (allow !== undefined) response.set('Allow', allow.join(', '))
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify({ ...known, ...(status === 500 ? {} : { detail }), ...faults }))
}

const routeOf = (request: { route?: unknown; path: string }) =>
  typeof request.route === 'object' && request.route !== null && 'path' in request.route ? String(request.route.path) : 'none'

function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isAway(error)) return new Problem('service-unavailable', 'The database does not answer.', { retryAfterSeconds: 5 }, error)
  if (isTimedOut(error))
    return new Problem('service-unavailable', 'The database took too long. Try again in a moment.', { retryAfterSeconds: 5 }, error)
  if (isDeadlock(error))
    return new Problem('service-unavailable', 'Another request changed the same data. Try again.', { retryAfterSeconds: 1 }, error)
  if (error instanceof UpstreamError) return problemOfService(error)
  if (namesNobody(error)) return erasedProblem(error)
  const gone = goneMeanwhile(error)
  if (gone !== undefined) return gone
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown }
  if (status === 413) return new Problem('too-large', 'The body is larger than this route accepts.')
  if (status === 415) return new Problem('unsupported-media-type', 'The body must be JSON in UTF-8.')
  if (type === 'entity.parse.failed') return new Problem('malformed-request', 'The body is not JSON.')
  if (status === 400) return new Problem('malformed-request', 'The request cannot be read.')
  return new Problem('internal-error', '', {}, error)
}

/** The caller was erased during the request: what it writes would belong to no one. */
function namesNobody(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown }
  return code === '23503' && /_(person_id|created_by)_fkey$/.test(String(constraint))
}

/** By the name of the constraint that a write violated: the row it refers to was deleted or hidden in the meantime. */
const goneBy: readonly [constraint: RegExp, code: ProblemCode, detail: string][] = [
  [/_board_id_fkey$/, 'board-not-found', 'This board has been deleted.'],
  [/_item_id_fkey$/, 'item-not-found', 'This item has been deleted.'],
  [/_recipe_id_fkey$/, 'recipe-not-found', 'This recipe has been deleted.'],
  [/_run_id_fkey$/, 'run-not-found', 'This run has been deleted.'],
  [/_connection_id_fkey$/, 'connection-not-found', 'The connection has been removed.'],
  [/_(update_id|file_id)_fkey$/, 'not-found', 'This file or update has been deleted.'],
]

function goneMeanwhile(error: unknown): Problem | undefined {
  const { code, constraint, message } = (error ?? {}) as { code?: unknown; constraint?: unknown; message?: unknown }
  if (code === '42501' && /row-level security/.test(String(message)))
    return new Problem('not-found', 'This is no longer shared with you.', {}, error)
  if (code !== '23503') return undefined
  const [, problem, detail = ''] = goneBy.find(([name]) => name.test(String(constraint))) ?? []
  return problem && new Problem(problem, detail, {}, error)
}

/** Only outages and refusals are told apart; the caller need not know anything else that a service says. */
function problemOfService(error: UpstreamError): Problem {
  const { retryAfterSeconds = 5, service, status } = error
  if (isOutage(error) || status === 429) {
    return new Problem('service-unavailable', `${nameOf[service]} does not answer at the moment.`, { retryAfterSeconds }, error)
  }
  // Any other service that answers so has met a bug of ours; only Microsoft refuses because of its user.
  if (service !== 'graph' && service !== 'entra') return new Problem('internal-error', '', {}, error)
  return new Problem('microsoft-refused', 'Microsoft refused the request.', {}, error)
}

const nameOf = { graph: 'Microsoft', entra: 'Microsoft', vault: 'The key store', monday: 'monday.com' } as const
