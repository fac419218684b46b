// Once a second: which mailboxes are to be listed, which subscriptions renewed. One replica does it at a time, so that the
// allowed rate of listings holds over all of them; where there are too many mailboxes for it, the interval stretches.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { asSystem } from '../people/unit-of-work.ts'
import { bringForward, countListed, passOverIdle, takeDueCatchUps, takeDueRenewals } from './due.ts'
import { takeDueSubscriptions } from './refusals.ts'
import { catchUpJob, subscribeJob } from './subscribe.ts'
import type { SubscriptionDeps } from './subscription-deps.ts'

export type Schedule = { stop(): Promise<void> }

const everyMs = 1_000
const countEveryMs = 60_000
const mostRenewals = 100

export function startSchedule(deps: SubscriptionDeps): Schedule {
  const stopping = new AbortController()
  const tick = openTicks(deps)
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await tick().catch((error: unknown) => log.warn({ err: error }, 'What is due cannot be looked up'))
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
  const holder = randomUUID()
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
      if (!(await takeTurn(trx, holder))) return
      await passOverIdle(trx, intervalMs)
      const mailboxes = await takeDueCatchUps(trx, { atMost: deps.catchupCallsPerSecond, intervalMs })
      await deps.queue.insert(trx, 'catch-up', mailboxes.map(catchUpJob))
      await deps.queue.insert(trx, 'subscribe', (await takeDueSubscriptions(trx, mostRenewals)).map(subscribeJob))
      const renewals = await takeDueRenewals(trx, mostRenewals)
      await deps.queue.insert(
        trx,
        'renew',
        renewals.map(({ id, connectionId }) => ({ data: { subscriptionId: id }, key: id, group: connectionId })),
      )
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

/** Held by the clock alone, so that rounds of all replicas together are a second apart. */
async function takeTurn(db: Db, holder: string): Promise<boolean> {
  const { rows } = await sql`
    insert into leases (name, holder, until) values ('schedule', ${holder}, now() + interval '0.9 seconds')
    on conflict (name) do update set holder = excluded.holder, until = excluded.until where leases.until <= now()
    returning name`.execute(db)
  return rows.length > 0
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
