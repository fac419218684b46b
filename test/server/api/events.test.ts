import { expect, test } from '@jest/globals'
import express from 'express'
import type { Caller } from '../../../server/api/authenticate.ts'
import { eventRoutes } from '../../../server/api/event-routes.ts'
import { listenTo } from '../../../server/api/http-server.ts'
import { aBoard } from '../../support/builders.ts'
import { listen as listenAt } from '../../support/listen.ts'
import { until } from '../../support/until.ts'
import { startWorld, type World } from '../../support/world.ts'
import type { Person } from '../../../sandbox/entra/directory.ts'

const listen = async (world: World, person: Person) => listenAt(world.server.url, await world.sandbox.entra.accessToken(person))

test('each hears of what they may see, by kind and id alone', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const [camille, yanis, ruth] = await Promise.all([world.camille, world.yanis, world.ruth].map((person) => listen(world, person)))
  expect(camille?.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(camille?.answer.headers.get('cache-control')).toBe('no-cache, no-transform')
  const api = world.api(world.camille)
  const secret = await aBoard(api, { name: 'Secret' })
  const shared = await aBoard(api, { name: 'Shared', visibility: 'tenant' })
  await until(() => (camille?.heard.length ?? 0) >= 2 && (yanis?.heard.length ?? 0) >= 1)
  const mine = await aBoard(world.api(world.ruth))
  await until(() => (ruth?.heard.length ?? 0) >= 1)
  expect(camille?.heard).toEqual([
    { kind: 'board', id: secret.id },
    { kind: 'board', id: shared.id },
  ])
  expect(yanis?.heard).toEqual([{ kind: 'board', id: shared.id }])
  expect(ruth?.heard).toEqual([{ kind: 'board', id: mine.id }])
  for (const listener of [camille, yanis, ruth]) await listener?.stop()
})

test('a server that stops ends what it streams', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const listener = await listen(world, world.camille)
  await world.server.stop()
  await until(() => listener.hasEnded())
})

test('a stream ends when its time is over', async () => {
  const person = { personId: 'p', tenantId: 't' } as Caller['person']
  const caller = { person, assertion: '', expiresAt: new Date(Date.now() + 3_600_000) }
  const app = express().use(eventRoutes(async () => caller, { subscribe: () => () => undefined }, 50))
  const server = await listenTo(app, { tls: null, host: '127.0.0.1', port: 0 })
  const answer = await fetch(`${server.url}/api/events`)
  expect(await answer.text()).toBe(': here\n\n')
  await server.close()
})
