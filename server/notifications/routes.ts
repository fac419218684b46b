// Where Graph calls: what it posts is committed first and answered then. Nothing is asked of anybody meanwhile.
import { type RequestHandler, Router } from 'express'
import { isAway } from '../database/postgres.ts'
import { metrics } from '../metrics.ts'
import { Problem } from '../problem.ts'
import { openBatches } from './batches.ts'
import { type InboxDeps, keepInInbox } from './inbox.ts'
import { type Notification, postingFrom } from './notification.ts'
import { readJson } from './read-body.ts'

const longestToken = 2048

export function notificationRoutes(deps: InboxDeps): Router {
  const batches = openBatches<Notification>({ write: (notifications) => keepInInbox(deps, notifications), isGeneral: isAway })
  const router = Router()
  const take: RequestHandler = async (request, response) => {
    const { validationToken } = request.query
    if (validationToken !== undefined) return void response.type('text/plain').send(tokenToRepeat(validationToken))
    const posting = postingFrom(await readJson(request))
    if (posting === undefined) throw new Problem('malformed-request', 'The body holds no list of notifications.')
    await batches.keep(posting.notifications).catch(notKept)
    if (posting.malformed > 0) metrics.notifications.inc({ verdict: 'malformed' }, posting.malformed)
    if (posting.ignored > 0) metrics.notifications.inc({ verdict: 'ignored' }, posting.ignored)
    response.status(202).end()
  }
  router.use(['/graph/notifications', '/graph/lifecycle'], (_request, response, next) => {
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' })
    next()
  })
  router.post(['/graph/notifications', '/graph/lifecycle'], take)
  router.all(['/graph/notifications', '/graph/lifecycle'], () => {
    throw new Problem('method-not-allowed', 'Only POST is taken here.', { allow: ['POST'] })
  })
  return router
}

/** Opaque, and whatever it is it goes out as plain text. */
function tokenToRepeat(token: unknown): string {
  if (typeof token !== 'string') throw new Problem('malformed-request', 'One validationToken was expected.')
  if (Buffer.byteLength(token) > longestToken) throw new Problem('too-large', 'The validationToken is larger than 2 KiB.')
  return token
}

/** Graph posts it again. */
function notKept(error: unknown): never {
  throw new Problem('service-unavailable', 'The notifications could not be kept.', { retryAfterSeconds: 5 }, error)
}
