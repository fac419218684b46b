// GET /api/events: changes as they happen, for one caller. The pane reads it with fetch, because it needs the access token. It
// ends when that token expires, and when the server may have missed a change, so that the pane reads everything again.
import { type RequestHandler, type Response, Router } from 'express'
import type { Announcement, Live } from '../live/live.ts'
import { metrics } from '../metrics.ts'
import type { Person } from '../people/person.ts'
import { Problem } from '../problem.ts'
import { callerOf, refuseMethod } from './route.ts'

const heartbeatMs = 15_000
export const longestStreamMs = 60 * 60_000

/** One pane per Outlook window. One more ends the oldest, whose window may be long closed. Per process. */
export const streamsOfPerson = 10
export const streamsOfProcess = 2_000

/** How much may wait for a reader. A reader that takes nothing loses its stream, and reads everything again when it returns. */
export const mostUnread = 64 * 1024
const partingMs = 5_000

type Limits = { longestMs?: number; ofPerson?: number; ofProcess?: number }

export function eventRoutes(
  letIn: RequestHandler,
  live: Pick<Live, 'subscribe'>,
  { longestMs = longestStreamMs, ofPerson = streamsOfPerson, ofProcess = streamsOfProcess }: Limits = {},
): Router {
  const streams = new Map<string, Set<Response>>()
  let open = 0

  /** Adds a stream to a person's, until `close` is called or its reader leaves. */
  const add = (personId: string, response: Response, close: () => void) => {
    const own = streams.get(personId) ?? new Set()
    const [oldest] = own
    if (oldest !== undefined && own.size >= ofPerson) {
      own.delete(oldest)
      part(oldest)
    }
    streams.set(personId, own.add(response))
    open += 1
    metrics.liveListeners.inc()
    response.on('close', () => {
      close()
      own.delete(response)
      if (own.size === 0 && streams.get(personId) === own) streams.delete(personId)
      open -= 1
      metrics.liveListeners.dec()
    })
  }

  const router = Router()
  router.get('/api/events', letIn, (_request, response) => {
    const { person, expiresAt } = callerOf(response)
    if (open >= ofProcess)
      throw new Problem('service-unavailable', 'Too many panes are connected at the moment.', { retryAfterSeconds: 30 })
    response
      .status(200)
      // Without no-transform, a proxy or our own compression would delay the events.
      .set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' })
    const say = (text: string) => {
      if (response.writableEnded) return
      if (response.writableLength > mostUnread) response.destroy()
      else response.write(text)
    }
    say(': here\n\n')
    const unsubscribe = live.subscribe((heard) => {
      if (heard === 'end') return part(response)
      if (!isErasureOf(person, heard)) return maySee(person, heard) ? say(wordOf(heard.kind, heard.id)) : undefined
      say(wordOf('erased', heard.id))
      part(response)
    })
    const heartbeat = setInterval(() => say(': still here\n\n'), heartbeatMs)
    const end = setTimeout(() => part(response), Math.min(Math.max(expiresAt.getTime() - Date.now(), 0), longestMs))
    add(person.personId, response, () => {
      unsubscribe()
      clearInterval(heartbeat)
      clearTimeout(end)
    })
  })
  router.all('/api/events', refuseMethod(['GET']))
  return router
}

const wordOf = (kind: string, id: string) => `data: ${JSON.stringify({ kind, id })}\n\n`

/** What was written may still arrive; the server does not wait for a reader that does not take it. */
function part(response: Response): void {
  response.end()
  const timer = setTimeout(() => response.destroy(), partingMs)
  response.on('close', () => clearTimeout(timer))
}

/** See tellErased in accounts/disconnect.ts. */
const isErasureOf = ({ personId }: Person, { id }: Announcement) => id === personId

const maySee = ({ tenantId, personId }: Person, announcement: Announcement) =>
  announcement.tenantId === tenantId && (announcement.personId === null || announcement.personId === personId)
