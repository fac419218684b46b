// The one place that turns what was thrown into an answer (RFC 9457). A fault of ours shows no detail.
import type { ErrorRequestHandler, Response } from 'express'
import { problemCatalogue } from '../../contract/problem.ts'
import { isAway, isDeadlock } from '../database/postgres.ts'
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
  if (isDeadlock(error))
    return new Problem('service-unavailable', 'Somebody changed the same thing. Try again.', { retryAfterSeconds: 1 }, error)
  if (error instanceof UpstreamError) return problemOfService(error)
  if (namesNobody(error)) return erasedProblem(error)
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown }
  if (status === 413) return new Problem('too-large', 'The body is larger than this route takes.')
  if (status === 415) return new Problem('unsupported-media-type', 'The body must be JSON in UTF-8.')
  if (type === 'entity.parse.failed') return new Problem('malformed-request', 'The body is not JSON.')
  if (status === 400) return new Problem('malformed-request', 'The request cannot be read.')
  return new Problem('internal-error', '', {}, error)
}

/** The caller was erased while the request was under way: what it writes would belong to nobody. */
function namesNobody(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown }
  return code === '23503' && /_(person_id|created_by)_fkey$/.test(String(constraint))
}

/** Only an outage and a refusal by Microsoft are told apart: what else a service says is no concern of the caller. */
function problemOfService(error: UpstreamError): Problem {
  const { retryAfterSeconds = 5, service, status } = error
  if (isOutage(error) || status === 429) {
    return new Problem('service-unavailable', `${nameOf[service]} does not answer at the moment.`, { retryAfterSeconds }, error)
  }
  return new Problem('microsoft-refused', `${nameOf[service]} refused the request.`, {}, error)
}

const nameOf = { graph: 'Microsoft', entra: 'Microsoft', vault: 'The key store', monday: 'monday.com' } as const
