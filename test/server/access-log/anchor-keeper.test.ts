import { expect, test } from '@jest/globals'
import { keepAnchors, type Kept } from '../../../server/access-log/anchors.ts'
import { keyIdOf } from '../../../server/access-log/chain.ts'
import type { Reached } from '../../../server/access-log/call-store.ts'
import { setLogLevel } from '../../../server/log.ts'
import { metricsText } from '../../../server/metrics.ts'
import { until } from '../../support/until.ts'

setLogLevel('silent')

const key = Buffer.alloc(32, 1)
const reached = (chainId: string, seq: number): Reached => ({
  connectionId: `of ${chainId}`,
  chainId,
  keyId: keyIdOf(key),
  seq,
  head: `${seq}`,
})

const quick = { quietMs: 20, longestMs: 60_000, shortestMs: 1, mostPerSecond: 50 }

/** Nothing is anchored yet, so that nothing has to be read from a database. */
function aKeeper({ pace = {}, keptOf }: { pace?: Partial<typeof quick>; keptOf?: () => Promise<Kept | undefined> }) {
  const written: { chainId: string; seq: number | undefined; at: number }[] = []
  const write: Kept['write'] = async (chainId, anchor) => {
    written.push({ chainId, seq: anchor?.seq, at: performance.now() })
    return 'written'
  }
  const inTransaction = async () => {
    throw new Error('no database')
  }
  const keeper = keepAnchors({
    inTransaction,
    keptOf: keptOf ?? (async () => ({ key, anchors: new Map(), write })),
    retentionDays: 30,
    pace: { ...quick, ...pace },
  })
  return { keeper, written }
}

/** As a mailbox whose mails do not cease. */
async function grow(note: (seq: number) => void, isEnough: () => boolean): Promise<number> {
  let seq = 0
  await until(() => {
    seq += 1
    note(seq)
    return isEnough()
  })
  return seq
}

test('a chain that has stopped growing is anchored with what it has come to, and then not again before its time', async () => {
  const { keeper, written } = aKeeper({ pace: { shortestMs: 300 } })
  const begun = performance.now()
  for (let seq = 1; seq <= 100; seq += 1) keeper.note([reached('a', seq)])
  await until(() => written.length > 0)
  keeper.note([reached('a', 101)])
  await until(() => written.length > 1)
  expect(written.map(({ seq }) => seq)).toEqual([100, 101])
  expect(written[1]!.at - begun).toBeGreaterThanOrEqual(300)
  await keeper.stop()
})

test('one that does not stop growing is anchored all the same, once in a while', async () => {
  const { keeper, written } = aKeeper({ pace: { quietMs: 60_000, longestMs: 200 } })
  const begun = performance.now()
  await grow(
    (seq) => keeper.note([reached('a', seq)]),
    () => written.length > 0,
  )
  expect(written[0]!.at - begun).toBeGreaterThanOrEqual(195)
  await keeper.stop()
})

test('of many chains so many are anchored a second and no more', async () => {
  const { keeper, written } = aKeeper({})
  const begun = performance.now()
  for (let at = 0; at < 20; at += 1) keeper.note([reached(`${at}`, 1)])
  await until(() => written.length === 20)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(20 * 19)
  await keeper.stop()
})

test('what waits is anchored at the stop', async () => {
  const { keeper, written } = aKeeper({ pace: { quietMs: 60_000 } })
  keeper.note([reached('a', 7), reached('b', 2)])
  await keeper.stop()
  expect(written).toMatchObject([
    { chainId: 'a', seq: 7 },
    { chainId: 'b', seq: 2 },
  ])
})

test('while Vault is away nobody waits for it, and what was reached is anchored when it is back', async () => {
  let isAway = true
  let asked = 0
  const written: (number | undefined)[] = []
  const keptOf = async () => {
    asked += 1
    if (isAway) throw new Error('sealed')
    const write: Kept['write'] = async (_, anchor) => {
      written.push(anchor?.seq)
      return 'written'
    }
    return { key, anchors: new Map(), write }
  }
  const { keeper } = aKeeper({ keptOf })
  keeper.note([reached('a', 1)])
  await keeper.stop()
  expect(written).toEqual([])
  const next = aKeeper({ keptOf }).keeper
  next.note([reached('a', 2)])
  await until(() => asked > 3)
  isAway = false
  await until(() => written.length > 0)
  expect(written).toEqual([2])
  await next.stop()
})

test('of a connection that is gone nothing is written', async () => {
  let asked = 0
  const { keeper, written } = aKeeper({
    keptOf: async () => {
      asked += 1
      return undefined
    },
  })
  keeper.note([reached('a', 1)])
  await until(() => asked > 0)
  await keeper.stop()
  expect([asked, written]).toEqual([1, []])
})

test('what grows while too many wait is left out, and counted', async () => {
  const { keeper } = aKeeper({ pace: { quietMs: 60_000 }, keptOf: async () => undefined })
  for (let at = 0; at < 10_002; at += 1) keeper.note([reached(`${at}`, 1)])
  keeper.note([reached('0', 2)])
  expect(await metricsText()).toMatch(/^mailboard_anchors_left_out_total 2$/m)
  await keeper.stop()
})
