// The checks before every call: the record, the limit of four calls per mailbox, the token, the permission.
import { randomUUID } from 'node:crypto'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { GraphToken } from '../entra/state.ts'
import type { GraphCall } from '../ledger.ts'
import { GraphError, graphErrorBody } from './graph-error.ts'
import type { GraphState } from './state.ts'

const callsAtOnce = 4

export function tokenOf(state: GraphState, request: Request): GraphToken | undefined {
  return state.tokens.get(/^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? '')
}

export function record(state: GraphState): RequestHandler {
  return (request, response, next) => {
    const url = new URL(request.originalUrl, state.base)
    const token = tokenOf(state, request)
    const person = token?.person.objectId ?? null
    // The limit belongs to a mailbox: subscriptions are kept elsewhere and do not count.
    const key = person && /^\/v1\.0\/(me|users)\b/i.test(url.pathname) ? person : null
    const inFlight = key === null ? 1 : (state.inFlight.get(key) ?? 0) + 1
    const call: GraphCall = {
      at: new Date(),
      method: request.method,
      path: decodeURIComponent(url.pathname.replace(/^\/v1\.0/, '')),
      query: Object.fromEntries(url.searchParams),
      person,
      tokenId: token?.id ?? null,
      inFlight,
      status: null,
    }
    state.ledger.entries.push(call)
    if (state.keepsBodies) keepBodies(call, request, response)
    if (key !== null) state.inFlight.set(key, inFlight)
    response.once('close', () => {
      call.status = response.writableFinished ? response.statusCode : 0
      if (key !== null) state.inFlight.set(key, (state.inFlight.get(key) ?? 1) - 1)
    })
    const requestId = randomUUID()
    response.set({ 'request-id': requestId, 'client-request-id': request.get('client-request-id') ?? requestId })
    if (inFlight <= callsAtOnce) return next()
    throw new GraphError(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', { 'Retry-After': '1' })
  }
}

function keepBodies(call: GraphCall, request: Request, response: Response): void {
  const bodies: NonNullable<GraphCall['bodies']> = { request: undefined, answer: undefined }
  call.bodies = bodies
  const json = response.json.bind(response)
  response.json = (answer: unknown) => {
    bodies.answer = JSON.parse(JSON.stringify(answer))
    return json(answer)
  }
  // The routes that accept a body have read it by then.
  response.once('close', () => (bodies.request = request.body))
}

export function authenticate(state: GraphState): RequestHandler {
  return (request, _response, next) => {
    const presented = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (!presented) throw unauthenticated('Access token is empty.')
    const token = state.tokens.get(presented)
    if (!token)
      throw unauthenticated(
        presented.split('.').length === 3 ? 'Access token validation failure. Invalid audience.' : 'CompactToken parsing failed.',
      )
    if (token.expiresAt <= Date.now()) throw unauthenticated('Lifetime validation failed, the token is expired.')
    next()
  }
}

/** The caller's token, if it has one of these permissions. */
export function demand(state: GraphState, request: Request, ...permissions: string[]): GraphToken {
  const token = tokenOf(state, request)
  if (!token) throw unauthenticated('Access token is empty.')
  if (!token.permissions.some((permission) => permissions.includes(permission))) {
    throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
  }
  return token
}

export const answerGraphError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  const requestId = String(response.get('request-id'))
  if (error instanceof GraphError) {
    response.set(error.headers).status(error.status)
    return void response.json(graphErrorBody(error.code, error.message, requestId, response.get('client-request-id')))
  }
  const status = bodyStatus(error)
  if (status === null) return next(error)
  response
    .status(status)
    .json(graphErrorBody('BadRequest', 'Unable to read JSON request payload.', requestId, response.get('client-request-id')))
}

function unauthenticated(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': 'Bearer realm="", error="invalid_token"' })
}

function bodyStatus(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null
  return typeof status === 'number' && status < 500 ? status : null
}
