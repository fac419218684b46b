// Is the process alive, are all parts reached, what has been counted.
import { Router } from 'express'
import { refuseMethod } from './route.ts'
import { metricsText, metricsType } from '../metrics.ts'

/** Each part by name; it throws while it is away. */
export type Parts = Record<string, () => Promise<void>>

const patienceMs = 3_000

/** Gauges are set when they are asked for. What taking notifications needs is asked of alone by `?for=notifications`, to route /graph/* by. */
export function healthRoutes(forNotifications: Parts, further: Parts, countAnew: () => Promise<void>): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'alive' })
  })
  router.get('/readyz', async (request, response) => {
    const parts = request.query['for'] === 'notifications' ? forNotifications : { ...forNotifications, ...further }
    const away = await partsAway(parts)
    response
      .status(away.length === 0 ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(away.length === 0 ? { status: 'ready' } : { status: 'waiting', waitingFor: away })
  })
  router.get('/metrics', async (_request, response) => {
    await countAnew()
    response
      .set('Cache-Control', 'no-store')
      .type(metricsType)
      .send(await metricsText())
  })
  router.all(['/healthz', '/readyz', '/metrics'], refuseMethod(['GET']))
  return router
}

async function partsAway(parts: Parts): Promise<string[]> {
  const asked = await Promise.all(Object.entries(parts).map(async ([name, ask]) => ((await answersInTime(ask)) ? undefined : name)))
  return asked.filter((name) => name !== undefined)
}

async function answersInTime(ask: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), patienceMs)))
  const answered = ask().then(
    () => true,
    () => false,
  )
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}
