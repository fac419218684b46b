// Starts what this process's role asks for, and stops it in the opposite order. What is away at the start is waited for:
// /readyz says what.
import { sql } from 'kysely'
import { scopesInUse } from '../contract/connection.ts'
import { accessLogHandlers } from './api/access-log-routes.ts'
import { createApp, createWorkerApp } from './api/app.ts'
import { authenticator } from './api/authenticate.ts'
import { boardHandlers } from './api/board-routes.ts'
import { openCallLimit } from './api/call-limit.ts'
import { connectionHandlers } from './api/connection-routes.ts'
import { type EntraKeys, openEntraKeys } from './api/entra-keys.ts'
import { eventRoutes } from './api/event-routes.ts'
import { fileRoutes } from './api/file-routes.ts'
import { type Health, healthRoutes, partsAway } from './api/health-routes.ts'
import { listenTo } from './api/http-server.ts'
import { itemHandlers } from './api/item-routes.ts'
import { meHandlers } from './api/me-routes.ts'
import { paneRoutes } from './api/pane-routes.ts'
import { recipeHandlers } from './api/recipe-routes.ts'
import { letInBy } from './api/route.ts'
import { runHandlers } from './api/run-routes.ts'
import type { Config } from './config.ts'
import { countCooling, purgeCoolings } from './connections/cooldown-store.ts'
import { openDatabase } from './database/database.ts'
import { isMigrated } from './database/migrate.ts'
import { watchEventLoop } from './event-loop.ts'
import { jobHandlers } from './job-handlers.ts'
import { type Live, openLive } from './live/live.ts'
import { purgeAccessLog } from './access-log/purge-store.ts'
import { log, setLogLevel } from './log.ts'
import { approveRoutes } from './accounts/approve-routes.ts'
import { consentRoutes } from './accounts/consent-routes.ts'
import { mondayConsentRoutes } from './accounts/monday-consent-routes.ts'
import { finishDisconnecting } from './accounts/disconnect.ts'
import { keepOffboarded } from './accounts/offboard.ts'
import { metrics } from './metrics.ts'
import { notificationIntake } from './notifications/routes.ts'
import { purgeErasedSignIns } from './people/erased-sign-ins.ts'
import { proveIsolation } from './people/isolation.ts'
import { openParts, type Parts } from './parts.ts'
import { purgeTickets } from './boards/file-store.ts'
import { purgeVisits } from './boards/visit-store.ts'
import { purgeChecks } from './runs/check-store.ts'
import { freeAllRuns, keepPurged } from './runs/purge-runs.ts'
import { startSchedule } from './subscriptions/schedule.ts'

export type RunningServer = { url: string; stop: () => Promise<void> }

type Stop = () => unknown

export async function startServer(config: Config): Promise<RunningServer> {
  setLogLevel(config.logLevel)
  warnOf(config)
  const stops: Stop[] = []
  const stop = async () => {
    for (const end of stops.splice(0).toReversed()) {
      await Promise.resolve(end()).catch((error: unknown) => log.error({ err: error }, 'A part did not stop'))
    }
  }
  try {
    const database = await openDatabase(config)
    stops.push(database.close)
    await proveIsolation(database.db)
    const parts = await openParts(config, database)
    stops.push(parts.presence.stop, parts.anchors.stop, parts.accessLog.stop, parts.runs.content.stop, parts.queue.stop)
    if (config.role !== 'web') stops.push(...(await startWork(parts)))
    const live = config.role === 'worker' ? undefined : await openLive(database)
    const entraKeys = openEntraKeys(config.entra)
    const eventLoop = watchEventLoop()
    stops.push(eventLoop.stop)
    const health = healthOf(parts, entraKeys, eventLoop.countAnew)
    const { url, close } = await listenTo(appOf(parts, live, entraKeys, health), config)
    // The streams end first: while they are open the socket does not close.
    stops.push(close, () => live?.stop())
    log.info({ url, role: config.role, database: database.kind }, 'Mailboard is up')
    await sayWhatIsAway(health)
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startWork({ config, database, mailboxes, runs, queue }: Parts): Promise<Stop[]> {
  if (database.kind === 'embedded') await freeAllRuns(database.db)
  const finishDisconnect = (connectionId: string) => finishDisconnecting(mailboxes, connectionId)
  const stopOffboarding = await keepOffboarded(mailboxes)
  await queue.start(jobHandlers({ runs, subscriptions: mailboxes, finishDisconnect }))
  const schedule = startSchedule(mailboxes)
  const further = [purgeErasedSignIns, purgeChecks, purgeAccessLog, purgeCoolings, purgeVisits, purgeTickets]
  return [keepPurged(database.db, config.retentionDays, further), stopOffboarding, schedule.stop]
}

function appOf(parts: Parts, live: Live | undefined, entraKeys: EntraKeys, healthParts: Health) {
  const { config, database, mailboxes, runs, hashOf, tenants } = parts
  const { db } = database
  const health = healthRoutes(healthParts)
  if (live === undefined) return createWorkerApp(health)
  const letInFor = letInBy(authenticator({ config, db, entraKeys, hashOf }), openCallLimit())
  const deps = { config, db, content: runs.content }
  return createApp({
    config,
    letInFor,
    notifications: notificationIntake({ db, tenants }),
    handlers: {
      ...meHandlers(deps),
      ...accessLogHandlers({ db, sealKey: mailboxes.sealKey }),
      ...connectionHandlers(mailboxes),
      ...boardHandlers({ ...deps, monday: mailboxes.monday }),
      ...itemHandlers(deps),
      ...recipeHandlers({ ...deps, targets: runs.targets }),
      ...runHandlers(deps, runs),
    },
    routers: [
      health,
      approveRoutes({ config, tenants, scopes: scopesInUse }),
      consentRoutes(mailboxes),
      mondayConsentRoutes(mailboxes),
      eventRoutes(letInFor(), live),
      fileRoutes(db),
      paneRoutes(config),
    ],
  })
}

/** Whoever starts the server learns at once what it waits for; later /readyz tells. */
async function sayWhatIsAway({ forNotifications, further }: Health): Promise<void> {
  const waitingFor = await partsAway({ ...forNotifications, ...further })
  if (waitingFor.length > 0) log.warn({ waitingFor }, 'Waiting for parts that are away')
}

function healthOf({ config, database: { db }, tokens, queue }: Parts, entraKeys: EntraKeys, countEventLoop: () => void): Health {
  const forNotifications = {
    database: async () => void (await sql`select 1`.execute(db)),
    migrations: async () => {
      if (!(await isMigrated(db))) throw new Error('The schema is not up to date')
    },
  }
  const further = { vault: tokens.vault.health, ...(config.role === 'worker' ? {} : { entra: entraKeys }) }
  const countAnew = async () => {
    countEventLoop()
    metrics.coolingConnections.set(await countCooling(db))
    for (const [name, count] of Object.entries(await queue.depth())) metrics.jobsOpen.set({ queue: name }, count)
  }
  return { forNotifications, further, countAnew }
}

function warnOf({ entra }: Config): void {
  if (entra.allowedTenants === null) log.warn('ALLOWED_TENANTS is not set: every tenant that the authority accepts may sign in')
}
