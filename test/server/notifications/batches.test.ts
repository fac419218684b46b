import { expect, test } from '@jest/globals'
import { openBatches, TooLate } from '../../../server/notifications/batches.ts'

const held = () => {
  let release = () => {}
  const until = new Promise<void>((resolve) => (release = resolve))
  return { until, release }
}

test('what comes together is written together', async () => {
  const writes: string[][] = []
  const keep = openBatches<string>({ write: async (posted) => void writes.push(posted), isGeneral: () => false })
  await Promise.all([keep(['a', 'b']), keep([]), keep(['c'])])
  await keep(['d'])
  expect(writes).toEqual([['a', 'b', 'c'], ['d']])
})

test('no more than two hundred postings and some thousand entries go into one write', async () => {
  const sizes: number[] = []
  const keep = openBatches<number>({ write: async (posted) => void sizes.push(posted.length), isGeneral: () => false })
  await Promise.all(Array.from({ length: 450 }, (_, index) => keep([index])))
  expect(Math.max(...sizes)).toBe(200)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(450)
  sizes.length = 0
  await Promise.all([keep(Array(4000).fill(0)), keep(Array(4000).fill(0)), keep(Array(9000).fill(0))])
  expect(sizes.toSorted((one, other) => one - other)).toEqual([4000, 4000, 9000])
})

test('one that cannot be written does not take the others with it', async () => {
  const kept: string[] = []
  const keep = openBatches<string>({
    async write(posted) {
      if (posted.includes('poison')) throw new Error('poisoned')
      kept.push(...posted)
    },
    isGeneral: () => false,
  })
  const ends = await Promise.allSettled([keep(['a']), keep(['poison', 'b']), keep(['c'])])
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(kept.toSorted()).toEqual(['a', 'c'])
})

test('when nothing can be written nobody is tried alone', async () => {
  let writes = 0
  const keep = openBatches<string>({
    async write() {
      writes += 1
      throw new Error('away')
    },
    isGeneral: () => true,
  })
  const ends = await Promise.allSettled([keep(['a']), keep(['b'])])
  expect([ends.map(({ status }) => status), writes]).toEqual([['rejected', 'rejected'], 1])
})

test('who waits too long is told so, and is not written afterwards', async () => {
  const { until, release } = held()
  const begun: string[] = []
  const written: string[] = []
  const keep = openBatches<string>({
    async write(posted) {
      begun.push(...posted)
      await until
      written.push(...posted)
    },
    isGeneral: () => false,
    patienceMs: 60,
  })
  // Two writes are all that goes on at once.
  const first: Promise<void>[] = []
  for (const name of ['a', 'b']) {
    first.push(keep([name]))
    first.at(-1)?.catch(() => undefined)
    while (!begun.includes(name)) await new Promise(setImmediate)
  }
  const ends = Promise.allSettled(first)
  await expect(keep(['c'])).rejects.toBeInstanceOf(TooLate)
  release()
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await keep(['d'])
  expect(written).toEqual(['a', 'b', 'd'])
})
