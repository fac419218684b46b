import { expect, test } from '@jest/globals'
import { gathered } from '../../../server/database/gather.ts'

test('what is asked for together is done together, and everybody gets their own', async () => {
  const calls: number[][] = []
  const double = gathered(async (all: number[]) => {
    calls.push(all)
    return all.map((one) => one * 2)
  })
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6])
  expect(calls).toEqual([[1, 2, 3]])
})

test('what is asked for while a call is under way goes with the next', async () => {
  const calls: number[][] = []
  const first = Promise.withResolvers<void>()
  const echo = gathered(async (all: number[]) => {
    calls.push(all)
    if (calls.length === 1) await first.promise
    return all
  })
  const one = echo(1)
  while (calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const others = [echo(2), echo(3)]
  first.resolve()
  expect(await Promise.all([one, ...others])).toEqual([1, 2, 3])
  expect(calls).toEqual([[1], [2, 3]])
})

test('no more at once than that', async () => {
  const sizes: number[] = []
  const echo = gathered(
    async (all: number[]) => {
      sizes.push(all.length)
      return all
    },
    { mostAtOnce: 2 },
  )
  await Promise.all([1, 2, 3, 4, 5].map(echo))
  expect(sizes).toEqual([2, 2, 1])
})

test('one that cannot be done does not take the others along', async () => {
  const halve = gathered(async (all: number[]) => {
    if (all.some((one) => one % 2 === 1)) throw new Error('odd')
    return all.map((one) => one / 2)
  })
  expect(await Promise.allSettled([halve(2), halve(3), halve(4)])).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: new Error('odd') },
    { status: 'fulfilled', value: 2 },
  ])
})

test('when the database goes away while each is tried alone, the others are not tried', async () => {
  const calls: number[][] = []
  const away = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
  const ask = gathered(async (all: number[]) => {
    calls.push(all)
    throw all.length > 1 ? new Error('one of them') : away
  })
  expect(await Promise.allSettled([ask(1), ask(2), ask(3)])).toMatchObject([{ reason: away }, { reason: away }, { reason: away }])
  expect(calls).toEqual([[1, 2, 3], [1]])
})

test('with the database away all of them fail at once', async () => {
  let calls = 0
  const away = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
  const ask = gathered(async () => {
    calls += 1
    throw away
  })
  expect(await Promise.allSettled([ask(1), ask(2)])).toMatchObject([{ reason: away }, { reason: away }])
  expect(calls).toBe(1)
})
