// The work of a dead process continues at once, whatever the lease.
import { until } from '../../test/support/until.ts'
import type { World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'

const longLease = { JOB_LEASE: '10m' }
const mostSeconds = 5

type Death = { before?: () => Promise<unknown>; death: () => Promise<unknown>; after?: () => Promise<unknown> }

/** Five times, measured from the moment that another process can continue. */
async function goesOnWithin(world: World, { before, death, after }: Death): Promise<string> {
  const mailbox = await world.mailbox('camille')
  const took: number[] = []
  for (let round = 1; round <= 5; round += 1) {
    await before?.()
    const read = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, times: 1, stall: true })
    await mailbox.deliver(`Goes on ${round}`)
    await until(() => read.seen() > 0)
    await death()
    const from = performance.now()
    read.clear()
    await until(() => mailbox.isComplete(), world.within(60_000))
    took.push((performance.now() - from) / 1000)
    await after?.()
  }
  const median = took.toSorted((a, b) => a - b)[2] ?? Number.POSITIVE_INFINITY
  const figures = `${median.toFixed(1)} s, median of ${took.map((seconds) => seconds.toFixed(1)).join(', ')}`
  demand(median <= mostSeconds, figures)
  return figures
}

export const goesOnFaults: Faults = {
  F59: {
    title: 'a worker killed while reading an email: another continues within 5 s, whatever the lease',
    settings: longLease,
    roles: ['web', 'worker', 'worker'],
    async inject(world) {
      const [, first, second] = world.replicas
      demand(first && second, 'two workers were expected')
      return goesOnWithin(world, {
        before: () => second.stop(),
        async death() {
          await second.start()
          await first.kill()
        },
        after: () => first.start(),
      })
    },
  },
  F60: {
    title: 'the only process killed while reading an email: the work continues within 5 s of the start, whatever the lease',
    settings: longLease,
    inject: (world) =>
      goesOnWithin(world, {
        async death() {
          await world.server.kill()
          await world.server.start()
        },
      }),
  },
}
