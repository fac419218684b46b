// How often a person may call. Calls are counted as soon as the access token is verified, before the database is queried.
import type { Request, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import type { Identity } from '../people/person.ts'
import { Problem } from '../problem.ts'

export const callsPerMinute = 1_200

export type CallLimit = (request: Request, response: Response, identity: Identity) => Promise<void>

/** Per process; it keeps one runaway pane from displacing all others. */
export function openCallLimit(): CallLimit {
  const limit = rateLimit({
    windowMs: 60_000,
    limit: callsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (_request, response) => String(response.locals['callsAs']),
    handler: (_request, _response, next) => next(new Problem('too-many-requests', 'Wait a moment and try again.')),
  })
  return (request, response, { tenantId, objectId }) => {
    response.locals['callsAs'] = `${tenantId}/${objectId}`
    return new Promise((resolve, reject) => {
      void limit(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
    })
  }
}
