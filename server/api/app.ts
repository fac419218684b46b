// The handlers of HTTP requests, in order: notifications first, because the middleware of the others would cost more than their work;
// then the API, files and the pane; finally the answer to errors.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import compression from 'compression'
import express, { type Express, type RequestHandler, type Router } from 'express'
import helmet from 'helmet'
import type { OperationName } from '../../contract/operations.ts'
import type { Config } from '../config.ts'
import { metrics } from '../metrics.ts'
import { Problem } from '../problem.ts'
import { openApiDocument } from './openapi.ts'
import { problemAnswers } from './problem-answer.ts'
import { type Handlers, type LetIn, mountOperations } from './route.ts'

export type AppParts = {
  config: Config
  letInFor: LetIn
  /** Runs before everything else: returns whether it has answered; its refusals are answered like all others. */
  notifications: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
  handlers: Handlers<OperationName>
  /** Routes outside of the contract: events, files, health, consent, the pane. */
  routers: Router[]
}

export function createApp({ config, letInFor, notifications, handlers, routers }: AppParts): RequestListener {
  const refused = new WeakMap<IncomingMessage, unknown>()
  const app = express()
  app
    .disable('x-powered-by')
    .set('etag', false)
    .set('trust proxy', [...config.trustProxy])
    .set('query parser', 'simple')
  app.use((request, _response, next) => next(refused.get(request)))
  app.use(counted, securityHeaders(config), compression())
  for (const router of routers) app.use(router)
  mountOperations(app, letInFor, handlers)
  app.get('/openapi.json', description(config))
  app.use(nothingHere)
  app.use(problemAnswers)
  return async (request, response) => {
    try {
      if (await notifications(request, response)) return
    } catch (error) {
      refused.set(request, error)
    }
    app(request, response)
  }
}

/** A process that only does jobs answers only health checks. */
export function createWorkerApp(health: Router): Express {
  const app = express()
  app.disable('x-powered-by').set('etag', false)
  app.use(health)
  app.use(nothingHere)
  app.use(problemAnswers)
  return app
}

const nothingHere: RequestHandler = (request) => {
  throw new Problem('not-found', `There is nothing at ${request.path.slice(0, 200)}.`)
}

const description = (config: Config): RequestHandler => {
  let text: string | undefined
  return (_request, response) => {
    text ??= JSON.stringify(openApiDocument(config.publicUrl))
    response.type('application/json').send(text)
  }
}

/** No X-Frame-Options: the pane's own policy, set by pane-routes.ts, says who may frame it. */
const securityHeaders = ({ publicUrl }: Config): RequestHandler =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginOpenerPolicy: false,
    crossOriginEmbedderPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    xFrameOptions: false,
    strictTransportSecurity: publicUrl.startsWith('https:') ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
  })

const counted: RequestHandler = (request, response, next) => {
  const stop = metrics.requests.startTimer({ method: request.method })
  response.on('finish', () => stop({ route: routeOf(request.route), status: response.statusCode }))
  next()
}

const routeOf = (route: unknown) =>
  typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string' ? route.path : 'other'
