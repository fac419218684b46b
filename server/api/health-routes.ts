// Is the process alive, are all parts reached, what has been counted.
import { Router } from 'express'
import { happenedHere, metricsText, metricsType } from '../metrics.ts'
import { kept } from './kept.ts'
import { refuseMethod } from './route.ts'

/** Each part by name; it throws while it is away. */
type Parts = Record<string, () => Promise<unknown>>

export type Health = {
  /** What taking notifications needs. */
  forNotifications: Parts
  further: Parts
  /** Sets the gauges. */
  countAnew: () => Promise<void>
}

const patienceMs = 3_000

/** Anybody may ask, and each answer asks Vault, Entra and the database. */
export const keptMs = 1_000
export const countPauseMs = 100

/** Gauges are set when they are asked for. What taking notifications needs is asked of alone by `?for=notifications`, to route /graph/* by. */
export function healthRoutes({ forNotifications, further, countAnew }: Health): Router {
  const forAll = kept(() => partsAway({ ...forNotifications, ...further }), { keptMs })
  const forGraph = kept(() => partsAway(forNotifications), { keptMs })
  // Open jobs are watched to see when a server is idle: after it has taken something in they are counted at once.
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

/** undefined: it answers. Of an error only its code is told, such as `sealed` of Vault. */
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
