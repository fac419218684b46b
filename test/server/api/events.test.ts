import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect } from 'node:net'
import express, { type RequestHandler } from 'express'
import type { Caller } from '../../../server/api/authenticate.ts'
import { eventRoutes } from '../../../server/api/event-routes.ts'
import { listenTo } from '../../../server/api/http-server.ts'
import { problemAnswers } from '../../../server/api/problem-answer.ts'
import type { Announcement, Live } from '../../../server/live/live.ts'
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

type Limits = Parameters<typeof eventRoutes>[2]

/** The routes alone, for callers who say who they are. */
async function serveStreams(limits: Limits) {
  const hearers = new Set<(heard: Announcement) => void>()
  const letIn: RequestHandler = (request, response, next) => {
    const person = { personId: request.get('x-person') ?? 'p', tenantId: 't' } as Caller['person']
    response.locals['caller'] = { person, assertion: '', expiresAt: new Date(Date.now() + 3_600_000) } satisfies Caller
    next()
  }
  const subscribe: Live['subscribe'] = (hear) => {
    hearers.add(hear)
    return () => hearers.delete(hear)
  }
  const app = express()
    .use(eventRoutes(letIn, { subscribe }, limits))
    .use(problemAnswers)
  const server = await listenTo(app, { tls: null, host: '127.0.0.1', port: 0 })
  const open = (person = 'p') => fetch(`${server.url}/api/events`, { headers: { 'x-person': person } })
  return { url: server.url, hearers, open, close: server.close }
}

test('a stream ends when its time is over', async () => {
  const { open, close } = await serveStreams({ longestMs: 50 })
  expect(await (await open()).text()).toBe(': here\n\n')
  await close()
})

test('a person has ten streams: the eleventh ends the oldest, and another person keeps theirs', async () => {
  const { hearers, open, close } = await serveStreams({})
  const other = await open('q')
  const first = await open()
  for (let more = 1; more < 10; more += 1) await open()
  expect(hearers.size).toBe(11)
  await open()
  expect(await first.text()).toBe(': here\n\n')
  await until(() => hearers.size === 11)
  for (let more = 0; more < 200; more += 1) await open()
  await until(() => hearers.size === 11)
  await other.body?.cancel()
  await until(() => hearers.size === 10)
  await close()
})

test('a process has so many streams, and says when to ask again', async () => {
  const { open, close } = await serveStreams({ ofProcess: 3 })
  const held = [await open('a'), await open('b'), await open('c')]
  const refused = await open('d')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30'])
  await held[0]?.body?.cancel()
  await until(async () => (await open('d')).status === 200)
  await close()
})

test('a reader that takes nothing loses its stream before much waits for it', async () => {
  const { url, hearers, close } = await serveStreams({})
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write('GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  const announcement: Announcement = { tenantId: 't', personId: null, kind: 'item', id: 'x'.repeat(1000) }
  let said = 0
  // The kernel's buffers come first: what it takes is not ours to hold.
  await until(() => {
    for (let times = 0; times < 1000 && hearers.size > 0; times += 1) {
      hearers.forEach((hear) => hear(announcement))
      said += 1
    }
    return hearers.size === 0
  })
  expect(said).toBeGreaterThan(50)
  socket.destroy()
  await close()
})
