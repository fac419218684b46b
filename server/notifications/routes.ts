// The route that Graph calls: what it posts is committed first and then answered, with no outside call in between. It runs before
// Express, on Node's own request: finding a route and preparing a request is half of the cost of a notification.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isAway, isTimedOut } from '../database/postgres.ts'
import { metrics } from '../metrics.ts'
import { Problem } from '../problem.ts'
import { openBatches } from './batches.ts'
import { type InboxDeps, keepInInbox } from './inbox.ts'
import { type Notification, postingFrom } from './notification.ts'
import { openBodies } from './read-body.ts'

/** Whether the request was for this route and is answered. Rejects with the reason for a refusal, which the caller answers. */
type Intake = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

const paths = ['/graph/notifications', '/graph/lifecycle']
const always = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' }
export const longestToken = 2048

export function notificationIntake(deps: InboxDeps): Intake {
  const keep = openBatches<Notification>({
    write: (notifications) => keepInInbox(deps, notifications),
    isGeneral: (error) => isAway(error) || isTimedOut(error),
  })
  const { readJson } = openBodies()
  const take = async (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => {
    if (request.method !== 'POST') throw new Problem('method-not-allowed', 'Only POST is allowed here.', { allow: ['POST'] })
    const token = tokenToRepeat(query)
    if (token !== undefined) return repeat(token, response)
    const posting = postingFrom(await readJson(request))
    if (posting === undefined) throw new Problem('malformed-request', 'The body contains no list of notifications.')
    await keep(posting.notifications).catch(notKept)
    if (posting.malformed > 0) metrics.notifications.inc({ verdict: 'malformed' }, posting.malformed)
    if (posting.ignored > 0) metrics.notifications.inc({ verdict: 'ignored' }, posting.ignored)
    response.writeHead(202, { ...always, 'Content-Length': 0 }).end()
  }
  return async (request, response) => {
    const url = URL.parse(request.url ?? '', 'http://any')
    if (url === null || !paths.includes(url.pathname)) return false
    try {
      await take(request, response, url.searchParams)
    } catch (error) {
      for (const [name, value] of Object.entries(always)) response.setHeader(name, value)
      throw error
    }
    return true
  }
}

/** Opaque; it is sent back as plain text, whatever it contains. */
function tokenToRepeat(query: URLSearchParams): string | undefined {
  const [token, ...others] = query.getAll('validationToken')
  if (others.length > 0) throw new Problem('malformed-request', 'Send exactly one validationToken.')
  if (token !== undefined && Buffer.byteLength(token) > longestToken)
    throw new Problem('too-large', 'The validationToken is larger than 2 KiB.')
  return token
}

function repeat(token: string, response: ServerResponse): void {
  const form = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(token) }
  response.writeHead(200, { ...always, ...form }).end(token)
}

/** Graph will post it again. */
function notKept(error: unknown): never {
  throw new Problem('service-unavailable', 'The notifications could not be stored.', { retryAfterSeconds: 5 }, error)
}
