// Where Graph calls. Refusals come in the order in which a stranger meets them; then what is genuine is committed, and
// only then answered. Nothing outside the database is asked before the answer. What is forged gets the same answer.
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { openIntake, type Intake } from './intake.ts'
import type { InboxDeps } from './inbox.ts'
import { notificationsFrom } from './notification.ts'
import { readBody } from './raw-body.ts'

const largestBodyBytes = 4 * 1024 * 1024
const longestTokenBytes = 2_048

export function notificationRoutes(deps: InboxDeps): Router {
  const intake = openIntake(deps, (error) => log.error({ err: error }, 'Notifications cannot be committed'))
  const router = Router()
  router.route(['/graph/notifications', '/graph/lifecycle']).all(quiet, postOnly, handshake, receive(intake))
  return router
}

const quiet: RequestHandler = (_request, response, next) => {
  response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' })
  next()
}

const postOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'POST') return next()
  end(response.set('Allow', 'POST'), 405)
}

/** Graph asks whether we are who is meant to be told. The token is nothing but text, whatever it looks like. */
const handshake: RequestHandler = (request, response, next) => {
  const { validationToken } = request.query
  if (validationToken === undefined) return next()
  if (typeof validationToken !== 'string') return end(response, 400)
  if (Buffer.byteLength(validationToken) > longestTokenBytes) return end(response, 413)
  response.status(200).type('text/plain').send(validationToken)
}

const receive =
  (intake: Intake) =>
  async (request: Request, response: Response): Promise<void> => {
    const body = await readBody(request, largestBodyBytes)
    if (body === undefined) return end(response.set('Connection', 'close'), 413)
    const posted = notificationsFrom(body)
    if (posted === 'malformed') {
      metrics.notifications.inc({ verdict: 'malformed' })
      return end(response, 400)
    }
    metrics.notifications.inc({ verdict: 'malformed' }, posted.malformed)
    metrics.notifications.inc({ verdict: 'ignored' }, posted.ignored)
    if (posted.notifications.length === 0) return end(response, 202)
    const outcome = await intake.keep(posted.notifications)
    if (outcome === 'committed') return end(response, 202)
    metrics.notifications.inc({ verdict: 'not-committed' }, posted.notifications.length)
    end(response, 503)
  }

const end = (response: Response, status: number): void => void response.status(status).end()
