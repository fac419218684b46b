// Puts the parts together and starts those of this process's role. What is away at the start is waited for: /readyz says
// what.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { sql } from 'kysely'
import { createApp } from './api/app.ts'
import { authenticator } from './api/authenticate.ts'
import { boardHandlers } from './api/board-routes.ts'
import { openEntraKeys } from './api/entra-keys.ts'
import { eventRoutes } from './api/event-routes.ts'
import { fileRoutes } from './api/file-routes.ts'
import { healthRoutes } from './api/health-routes.ts'
import { itemHandlers } from './api/item-routes.ts'
import { meHandlers } from './api/me-routes.ts'
import { paneRoutes } from './api/pane-routes.ts'
import { recipeHandlers } from './api/recipe-routes.ts'
import type { Config } from './config.ts'
import { type OpenDatabase, openDatabase } from './database/database.ts'
import { isMigrated } from './database/migrate.ts'
import { openQueue } from './jobs/queue.ts'
import { openLive } from './live/live.ts'
import { log, setLogLevel } from './log.ts'
import { metrics } from './metrics.ts'

export type RunningServer = { url: string; stop: () => Promise<void> }

export async function startServer(config: Config): Promise<RunningServer> {
  setLogLevel(config.logLevel)
  if (config.entra.allowedTenants === null) log.warn({}, 'ALLOWED_TENANTS is not set: every tenant that the authority accepts may sign in')
  const database = await openDatabase(config)
  const stops: (() => Promise<unknown>)[] = [() => database.close()]
  const stop = async () => {
    for (const end of stops.splice(0).toReversed()) await end().catch((error: unknown) => log.error({ err: error }, 'A part did not stop'))
  }
  try {
    const { http, live } = await startParts(config, database, stops)
    const url = await listen(http, config)
    // The streams end first: while they are open the server does not close.
    stops.push(() => close(http), live.stop)
    log.info({ url, role: config.role, database: database.kind }, 'Mailboard is up')
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(config: Config, database: OpenDatabase, stops: (() => Promise<unknown>)[]) {
  const { db } = database
  const works = config.role !== 'web'
  const queue = await openQueue({ database, jobLeaseMs: config.jobLeaseMs, retryBaseMs: config.retryBaseMs, works })
  stops.push(() => queue.stop())
  const entraKeys = openEntraKeys(config.entra)
  const live = await openLive(database)
  const authenticate = authenticator(config, db, entraKeys)
  const deps = { config, db }
  const health = healthRoutes(
    {
      database: async () => void (await sql`select 1`.execute(db)),
      migrations: async () => {
        if (!(await isMigrated(db))) throw new Error('The schema is not up to date')
      },
    },
    { entra: entraKeys.reachable },
    async () => {
      for (const [name, count] of Object.entries(await queue.depth())) metrics.jobsOpen.set({ queue: name }, count)
    },
  )
  const app = createApp({
    config,
    authenticate,
    handlers: { ...meHandlers(deps), ...boardHandlers(deps), ...itemHandlers(deps), ...recipeHandlers(deps) },
    routers: [health, eventRoutes(authenticate, live), fileRoutes(db), paneRoutes(config)],
  })
  return { http: createServer(config, app), live }
}

function createServer({ tls }: Config, app: RequestListener): Server {
  const server =
    tls === null ? createHttpServer(app) : createHttpsServer({ cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) }, app)
  // Whoever sends a request slowly holds a socket no longer than this.
  server.headersTimeout = 15_000
  server.requestTimeout = 60_000
  return server
}

async function listen(server: Server, { port, host, tls }: Config): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

/** What is being answered may end; streams and idle sockets do not hold the process. */
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const force = setTimeout(() => server.closeAllConnections(), 5_000)
  await closed
  clearTimeout(force)
}
