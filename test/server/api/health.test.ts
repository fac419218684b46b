// What anybody may ask of a server's health: however often, the parts behind it are asked once a second.
import { afterEach, expect, test } from '@jest/globals'
import express from 'express'
import { healthRoutes } from '../../../server/api/health-routes.ts'
import { kept } from '../../../server/api/kept.ts'
import { listenTo } from '../../../server/api/http-server.ts'
import { until } from '../../support/until.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function serve(vault: () => Promise<void> = async () => undefined) {
  const asked = { database: 0, vault: 0, count: 0 }
  const health = healthRoutes({
    forNotifications: { database: async () => void (asked.database += 1) },
    further: { vault: () => ((asked.vault += 1), vault()) },
    countAnew: async () => void (asked.count += 1),
  })
  const { url, close } = await listenTo(express().use(health), { tls: null, host: '127.0.0.1', port: 0 })
  stops.push(close)
  return { asked, get: (path: string) => fetch(`${url}${path}`) }
}

test('five hundred questions for readiness at once are one call to Vault, and each kind of question is kept by itself', async () => {
  const { asked, get } = await serve()
  const since = performance.now()
  const answers = await Promise.all(Array.from({ length: 500 }, () => get('/readyz')))
  const seconds = Math.ceil((performance.now() - since) / 1000)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(asked.vault).toBeLessThanOrEqual(seconds)
  await get('/readyz?for=notifications&x=1')
  const before = { ...asked }
  await Promise.all(['/readyz', '/readyz?x=2', '/readyz?for=else', '/readyz?for=notifications&x=2'].map(get))
  expect(asked.vault).toBeLessThanOrEqual(before.vault + 1)
  expect(asked.database).toBeLessThanOrEqual(before.database + 2)
})

test('a part that goes away or comes back is seen after a second', async () => {
  let isAway = false
  const { get } = await serve(async () => {
    if (isAway) throw Object.assign(new Error(), { code: 'sealed' })
  })
  expect((await get('/readyz')).status).toBe(200)
  isAway = true
  await until(async () => (await get('/readyz')).status === 503)
  isAway = false
  await until(async () => (await get('/readyz')).status === 200)
})

test('many questions for metrics count the open jobs once', async () => {
  const { asked, get } = await serve()
  const since = performance.now()
  await Promise.all(Array.from({ length: 100 }, () => get('/metrics')))
  for (let more = 0; more < 20; more += 1) await get('/metrics')
  expect(asked.count).toBeLessThanOrEqual(Math.ceil((performance.now() - since) / 1000))
})

test('what has changed is found out anew, though not without a pause; a failure is kept no longer than a value', async () => {
  let [mark, times] = [0, 0]
  const ask = kept(async () => (times += 1), { keptMs: 60_000, mark: async () => mark, pauseMs: 50 })
  expect([await ask(), await ask()]).toEqual([1, 1])
  mark = 1
  const since = performance.now()
  expect(await Promise.all([ask(), ask()])).toEqual([2, 2])
  expect(performance.now() - since).toBeLessThan(5_000)
  let fails = true
  const broken = kept(
    async () => {
      if (fails) throw new Error('away')
      return 'back'
    },
    { keptMs: 20 },
  )
  await expect(broken()).rejects.toThrow('away')
  fails = false
  await until(() => broken().catch(() => undefined))
})
