// Once a second: whose turn it is to be listed. One process looks at a time, so that the allowed rate of listings holds over all of
// them; where there are too many mailboxes for it, the interval stretches.
import { takeTurn } from '../database/leases.ts'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { bringForward, countListed, makeCatchUpsDue, passOverIdle } from '../mailboxes/due-store.ts'
import { asSystem } from '../people/unit-of-work.ts'
import type { SubscriptionDeps } from './subscription-deps.ts'

export type Schedule = { stop(): Promise<void> }

const everyMs = 1_000
const countEveryMs = 60_000
/** Rounds of all replicas together are about a second apart. */
const turnSeconds = 0.9

export function startSchedule(deps: SubscriptionDeps): Schedule {
  const stopping = new AbortController()
  const tick = openTicks(deps)
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await tick().catch((error: unknown) => log.warn({ err: error }, 'Whose turn it is to be listed cannot be looked up'))
      await pause(stopping.signal)
    }
  }
  const ended = loop()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

/** One round; the first brings forward what may have been missed before the process began. */
export function openTicks(deps: SubscriptionDeps): () => Promise<void> {
  let countAt = 0
  let intervalMs = deps.catchupIntervalMs
  let isFirst = true

  return async () => {
    if (Date.now() >= countAt) {
      const count = await countListed(deps.db)
      const fullRoundMs = (count / deps.catchupCallsPerSecond) * 1000
      intervalMs = stretchedInterval(deps, count)
      metrics.catchupIntervalSeconds.set(intervalMs / 1000)
      if (isFirst) await bringForward(deps.db, fullRoundMs)
      isFirst = false
      countAt = Date.now() + countEveryMs
    }
    await asSystem(deps.db, async (trx) => {
      if (!(await takeTurn(trx, 'schedule', turnSeconds))) return
      await passOverIdle(trx, intervalMs)
      await makeCatchUpsDue(trx, { atMost: deps.catchupCallsPerSecond, intervalMs })
    })
  }
}

/** A listing is one call as a rule: so many mailboxes take so long, once round. */
export function stretchedInterval(
  { catchupIntervalMs, catchupCallsPerSecond }: Pick<SubscriptionDeps, 'catchupIntervalMs' | 'catchupCallsPerSecond'>,
  mailboxes: number,
): number {
  return Math.max(catchupIntervalMs, (mailboxes / catchupCallsPerSecond) * 1000)
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, everyMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
