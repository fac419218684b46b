// The API's two addresses. Each call is in the ledger; then come faults, the token, the version, the limits, the key, and the work.
import { createHash, randomUUID } from 'node:crypto'
import { Router, json, raw, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import type { MondayCall } from '../ledger.ts'
import type { Misbehaviour } from '../misbehaviour.ts'
import { boardPages } from './board-page.ts'
import { carryOut, type Carried, NotPlayed, prepare, type Prepared, type Service } from './execute.ts'
import { once } from './idempotency.ts'
import { admit, limitHeaders } from './limits.ts'
import { errorBody, MondayError, usualMondayError } from './monday-error.ts'
import { oauthRoutes } from './oauth-routes.ts'
import type { MondayState, Token } from './state.ts'
import { currentVersion, versionOf } from './versions.ts'
import { readUpload } from './upload.ts'

/** Mounted at `/monday`. */
export function mondayRoutes(service: Service, misbehaviour: Misbehaviour): Router {
  const { state } = service
  const router = Router()
  const personOf = (request: Request) => tokenOf(state, request)?.user.objectId ?? null
  const faults = misbehaviour.handler('monday', personOf, usualMondayError)
  router.post('/v2', json({ limit: '10mb', type: () => true }), record(state), faults, (request, response) =>
    answer(service, request, response, () => asked.parse(request.body)),
  )
  router.post('/v2/file', raw({ limit: '500mb', type: () => true }), record(state), faults, (request, response) =>
    answer(service, request, response, () => readUpload(request)),
  )
  router.get('/files/:id/:name', (request, response) => {
    const content = state.files.get(request.params.id)
    if (content === undefined) return void response.sendStatus(404)
    response.type('application/octet-stream').send(content)
  })
  router.use(boardPages(state), oauthRoutes(state, misbehaviour))
  router.use(answerMondayError)
  return router
}

type Asked = { query: string; variables: Record<string, unknown> }

const asked = z.looseObject({
  query: z.string().catch(''),
  variables: z.record(z.string(), z.unknown()).nullish().transform((given) => given ?? {}), // prettier-ignore
})

const operationIn = (body: unknown): string | null => /\b(?:query|mutation)\s+(\w+)/.exec(String(Object(body)['query']))?.[1] ?? null

const tokenOf = (state: MondayState, request: Request): Token | undefined => state.tokens.get(request.get('authorization') ?? '')

function record(state: MondayState): RequestHandler {
  return (request, response, next) => {
    const token = tokenOf(state, request)
    const call: MondayCall = {
      at: new Date(),
      path: request.path,
      operation: operationIn(request.body),
      fields: [],
      board: null,
      user: token?.user.id ?? null,
      tokenId: token?.id ?? null,
      key: request.get('idempotency-key') ?? null,
      version: request.get('api-version') ?? null,
      isReplayed: false,
      isOtherBody: false,
      codes: [],
      status: null,
    }
    state.ledger.entries.push(call)
    response.locals['call'] = call
    response.once('close', () => (call.status = response.writableFinished ? response.statusCode : 0))
    next()
  }
}

async function answer(service: Service, request: Request, response: Response, read: () => Asked | Promise<Asked>): Promise<void> {
  const { state } = service
  const call: MondayCall = response.locals['call']
  const requestId = randomUUID()
  response.set({ 'x-request-id': requestId, 'content-type': 'application/json; charset=utf-8' })
  let leave = () => {}
  try {
    const token = authenticated(state, request)
    const version = versionOf(request.get('api-version'))
    response.set({ 'api-version': version })
    leave = admitted(state, token, response)
    const { query, variables } = await read()
    const prepared = prepare(query, variables)
    call.fields = prepared.rootFields
    call.board = boardOf(state, variables)
    const work = () => carryOut(service, prepared, { token, version, requestId })
    const done = await withKey(state, { request, token, prepared, call, work })
    if (call.isReplayed) response.set('Idempotency-Replayed', 'true')
    leave()
    send(response, done, limitHeaders(state, token))
  } catch (error) {
    leave()
    if (!(error instanceof MondayError)) throw error
    call.codes = [error.code]
    const token = tokenOf(state, request)
    const retryInSeconds = error.transport ? error.retryInSeconds : undefined
    const json = errorBody(error, requestId)
    send(response, { status: error.transport ? error.status : 200, json, retryInSeconds }, token ? limitHeaders(state, token) : {})
  }
}

function send(response: Response, { status, json, retryInSeconds }: Omit<Carried, 'codes'>, headers: Record<string, string>): void {
  if (retryInSeconds !== undefined) response.set('Retry-After', String(retryInSeconds))
  response.status(status).set(headers).json(json)
}

/** The token stands there raw: with `Bearer` before it, it is none. */
function authenticated(state: MondayState, request: Request): Token {
  const token = tokenOf(state, request)
  if (token === undefined || token.isRevoked || (token.expiresAt !== null && token.expiresAt <= state.now()))
    throw new MondayError('NOT_AUTHENTICATED', 'Not authenticated', { status: 401, transport: true })
  return token
}

function admitted(state: MondayState, token: Token, response: Response): () => void {
  const leave = admit(state, token)
  let isIn = true
  const leaveOnce = () => {
    if (isIn) leave()
    isIn = false
  }
  response.once('close', leaveOnce)
  return leaveOnce
}

type Keyed = { request: Request; token: Token; prepared: Prepared; call: MondayCall; work: () => Promise<Carried> }

/** Keys mean nothing to a query. */
async function withKey(state: MondayState, { request, token, prepared, call, work }: Keyed): Promise<Omit<Carried, 'codes'>> {
  const key = call.key
  const noted = async () => {
    const carried = await work()
    call.codes = carried.codes
    return carried
  }
  const isFile = request.path.endsWith('/file')
  if (key === null || prepared.kind === 'query' || (isFile && !state.behaviour.keysOnFiles)) return noted()
  const body = createHash('sha256').update(isFile ? request.body : JSON.stringify(request.body)).digest('hex') // prettier-ignore
  const done = await once(state, token, { key, body }, noted)
  if (!('answer' in done)) return { retryInSeconds: undefined, ...done }
  call.isReplayed = true
  call.isOtherBody = done.isOtherBody
  return { ...done.answer, retryInSeconds: undefined }
}

/** That a write is about, where its variables say so. */
function boardOf(state: MondayState, variables: Record<string, unknown>): string | null {
  const values = Object.values(variables).map(String)
  const item = values.map((value) => state.items.get(value)).find(Boolean)
  return values.find((value) => state.boards.has(value)) ?? item?.board.id ?? null
}

const answerMondayError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  if (error instanceof NotPlayed) return void response.status(501).json({ error: { code: 'StandInFault', message: error.message } })
  if (typeof error === 'object' && error !== null && 'type' in error && error.type === 'entity.parse.failed') {
    const unread = new MondayError('JsonParseException', 'We were not able to parse the request body')
    return void response.status(400).set('api-version', currentVersion).json(errorBody(unread, randomUUID()))
  }
  next(error)
}
