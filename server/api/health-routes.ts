// Whether the process is alive, whether all services are reachable, and the metrics.
import { Router } from 'express'
import { happenedHere, metricsText, metricsType } from '../metrics.ts'
import { kept } from './kept.ts'
import { refuseMethod } from './route.ts'

/** Each service by name; it throws while it is unavailable. */
type Parts = Record<string, () => Promise<unknown>>

export type Health = {
  /** What intake of notifications needs. */
  forNotifications: Parts
  further: Parts
  /** Sets the gauges. */
  countAnew: () => Promise<void>
}

const patienceMs = 3_000

/** Anyone may call this, and each answer queries Vault, Entra and the database. */
export const keptMs = 1_000
export const countPauseMs = 100

/** Gauges are set on request. `?for=notifications` checks only what intake needs, to decide where to route /graph/*. */
export function healthRoutes({ forNotifications, further, countAnew }: Health): Router {
  const forAll = kept(() => partsAway({ ...forNotifications, ...further }), { keptMs })
  const forGraph = kept(() => partsAway(forNotifications), { keptMs })
  // Clients watch pending jobs to see when a server is idle, so they are counted at once after something arrives.
  const count = kept(countAnew, { keptMs, mark: happenedHere, pauseMs: countPauseMs })
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'alive' })
  })
  router.get('/readyz', async (request, response) => {
    const away = await (request.query['for'] === 'notifications' ? forGraph() : forAll())
    response
      .status(away.length === 0 ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(away.length === 0 ? { status: 'ready' } : { status: 'waiting', waitingFor: away })
  })
  router.get('/metrics', async (_request, response) => {
    await count()
    response
      .set('Cache-Control', 'no-store')
      .type(metricsType)
      .send(await metricsText())
  })
  router.all(['/healthz', '/readyz', '/metrics'], refuseMethod(['GET']))
  return router
}

type Away = { part: string; reason: string }

export async function partsAway(parts: Parts): Promise<Away[]> {
  const asked = await Promise.all(Object.entries(parts).map(async ([part, ask]) => ({ part, reason: await reasonAgainst(ask) })))
  return asked.filter((one): one is Away => one.reason !== undefined)
}

/** undefined: it answers. Of an error, only its code is shown, such as Vault's `sealed`. */
async function reasonAgainst(ask: () => Promise<unknown>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve('does not answer in time'), patienceMs)))
  const answered = ask().then(
    () => undefined,
    (error: unknown) => {
      const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
      return typeof code === 'string' ? code : 'away'
    },
  )
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}
