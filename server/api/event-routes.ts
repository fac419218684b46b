// GET /api/events: what changed, as it happens, for one caller. Read with fetch, since it carries the access token; it
// ends when that token does, and when this server may have missed something, so that the pane reads anew.
import { Router } from 'express'
import type { Announcement, Live } from '../live/live.ts'
import { metrics } from '../metrics.ts'
import type { Person } from '../people/person.ts'
import type { Authenticate } from './authenticate.ts'
import { callerOf, letIn, refuseMethod } from './route.ts'

const heartbeatMs = 15_000
export const longestStreamMs = 60 * 60_000

export function eventRoutes(authenticate: Authenticate, live: Pick<Live, 'subscribe'>, longestMs = longestStreamMs): Router {
  const router = Router()
  router.get('/api/events', letIn(authenticate), (_request, response) => {
    const { person, expiresAt } = callerOf(response)
    response
      .status(200)
      // Without no-transform a proxy or our own compression would hold the events back.
      .set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' })
    response.write(': here\n\n')

    const unsubscribe = live.subscribe((heard) => {
      if (response.writableEnded) return
      if (heard === 'end') response.end()
      else if (isErasureOf(person, heard)) response.end(`data: ${JSON.stringify({ kind: 'erased', id: heard.id })}\n\n`)
      else if (maySee(person, heard)) response.write(`data: ${JSON.stringify({ kind: heard.kind, id: heard.id })}\n\n`)
    })
    const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs)
    const end = setTimeout(() => response.end(), Math.min(Math.max(expiresAt.getTime() - Date.now(), 0), longestMs))
    metrics.liveListeners.inc()
    response.on('close', () => {
      unsubscribe()
      clearInterval(heartbeat)
      clearTimeout(end)
      metrics.liveListeners.dec()
    })
  })
  router.all('/api/events', refuseMethod(['GET']))
  return router
}

/** See tellErased in mailboxes/disconnect.ts. */
const isErasureOf = ({ personId }: Person, { id }: Announcement) => id === personId

const maySee = ({ tenantId, personId }: Person, announcement: Announcement) =>
  announcement.tenantId === tenantId && (announcement.personId === null || announcement.personId === personId)
