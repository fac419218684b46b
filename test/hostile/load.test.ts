// Those who want to tie the server up: slow senders, large and deep bodies, costly conditions, one sender's thousand mails.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from '@jest/globals'
import { decide } from '../../recipes/decide.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import { aMessage, aRecipe as recipeOf } from '../recipes/builders.ts'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { startWorld, type World } from '../support/world.ts'

async function openSocket(world: World, text: string): Promise<Socket> {
  const { hostname, port } = new URL(world.server.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

const head = (length: number) =>
  `POST /graph/notifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n`

test('three hundred senders that never finish hold nobody up', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail })
  const sockets = await Promise.all(
    Array.from({ length: 300 }, (_, index) => openSocket(world, index % 2 === 0 ? head(1000) : `${head(1000)}\r\n{"value":[`)),
  )
  const trickle = setInterval(() => sockets.forEach((socket) => socket.write('X-Slow: 1\r\n')), 200)
  try {
    await world.sandbox.graph.deliver(world.camille, aMail())
    expect(await untilItems(api, board, 1)).toHaveLength(1)
    clearInterval(trickle)
    const took: number[] = []
    for (let round = 0; round < 20; round += 1) {
      const since = performance.now()
      expect((await fetch(`${world.server.url}/healthz`)).status).toBe(200)
      took.push(performance.now() - since)
    }
    expect(Math.max(...took)).toBeLessThan(3000)
  } finally {
    clearInterval(trickle)
    sockets.forEach((socket) => socket.destroy())
  }
})

test('twenty megabytes, a promise of gigabytes and a hundred thousand levels are refused, and little memory goes', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const post = async (body: string, path = '/graph/notifications') => {
    const answer = await fetch(`${world.server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await answer.body?.cancel()
    return answer.status
  }
  const before = process.memoryUsage().rss
  const deep = (open: string, close: string, levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`
  expect(await post(`{"value":["${'x'.repeat(5_000_000)}"]}`)).toBe(413)
  expect([202, 400]).toContain(await post(`{"value":${deep('[', ']', 100_000)}}`))
  expect([202, 400]).toContain(await post(`{"value":[${deep('{"a":', '}', 100_000)}]}`))
  expect([202, 400]).toContain(await post('{"value":[{"__proto__":{"subscriptionId":"x"}},{"constructor":{"prototype":{"polluted":1}}}]}'))
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(await post('{"value":[]}', '/graph/lifecycle')).toBe(202)
  const promised = await openSocket(world, `${head(8_000_000_000)}\r\n{"value":[`)
  expect(await post('{"value":[]}')).toBe(202)
  promised.destroy()
  // Who goes on speaking long after what is heard may find the line cut before the answer.
  expect(await post(`{"value":["${'x'.repeat(20_000_000)}"]}`).catch(() => 413)).toBe(413)
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
})

test('fifty conditions on a body of one megabyte cost no more than reading it some hundred times', () => {
  const hostile = ['(a+)+$', '(a|aa)+$', '(.*a){20}x', '([a-zA-Z]+)*$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y', '(a|a?)+$', '(.+)+b{3}c', '(\\w+\\s?)*$', 'a*a*a*a*a*b'] // prettier-ignore
  const conditions = Array.from({ length: 50 }, (_, index) => ({
    field: 'body' as const,
    operator: 'matches' as const,
    values: [hostile[index % hostile.length] ?? ''],
  }))
  const parsed = parseRecipe(recipeOf({ conditions: { any: conditions } }))
  if (!('recipe' in parsed)) throw new Error(JSON.stringify(parsed))
  const text = `${'a'.repeat(1_000_000)}!`
  const since = performance.now()
  for (let round = 0; round < 50; round += 1) text.normalize('NFKD').toLowerCase()
  const baseline = performance.now() - since

  const begun = performance.now()
  const { conditions: decisions } = decide(parsed.recipe, aMessage({ body: { text, html: '' } }))
  const took = performance.now() - begun
  expect(decisions).toHaveLength(50)
  // A backtracking engine would not come back in a lifetime.
  expect(took).toBeLessThan(20_000 + 400 * baseline)
})

test('a flood of mails by one sender loses none of another’s, and does not go first', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const [camille, yanis] = [world.api(world.camille), world.api(world.yanis)]
  await world.connect(world.camille)
  await world.connect(world.yanis)
  const [flooded, calm] = [await aBoard(camille), await aBoard(yanis)]
  await aRecipe(camille, flooded, { conditions: everyMail })
  await aRecipe(yanis, calm, { conditions: everyMail })
  await world.untilIdle()
  const flood = 150
  for (let index = 0; index < flood; index += 1) await world.sandbox.graph.deliver(world.camille, aMail({ subject: `Flood ${index}` }))
  await world.sandbox.graph.deliver(world.yanis, aMail({ subject: 'Calm' }))
  const [first] = await untilItems(yanis, calm, 1)
  await world.untilIdle()
  const ofFlood = (await itemsOf(camille, flooded)).map(({ createdAt }) => Date.parse(createdAt))
  expect(ofFlood).toHaveLength(flood)
  expect(Date.parse(first!.createdAt)).toBeLessThan(Math.max(...ofFlood))
  for (const call of world.sandbox.graph.ledger.entries) expect(call.inFlight).toBeLessThanOrEqual(4)
  expect((await itemsOf(yanis, calm)).map(({ name }) => name)).toEqual(['Calm'])
})

test('twenty bodies of 4 MiB at once cost little memory, and a genuine notification among them is taken', async () => {
  await using world = await startWorld({ database: 'pglite', process: 'child' })
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail })
  await world.untilIdle()
  const before = world.server.residentBytes()
  const length = 4 * 1024 * 1024
  const body = `{"value":[${'"a",'.repeat((length - 11) / 4)}`.padEnd(length - 2, ' ').concat(']}')
  // All but their ends, so that all of them are there at once.
  const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(world, `${head(length)}\r\n`)))
  const answers = sockets.map(async (socket) => {
    socket.setEncoding('latin1')
    let answer = ''
    for await (const text of socket) if (/^HTTP\/1\.1 \d+/.test((answer += text))) break
    return answer.slice(0, 12)
  })
  sockets.forEach((socket) => socket.write(body.slice(0, -2)))
  await world.sandbox.graph.deliver(world.camille, aMail())
  expect(await untilItems(api, board, 1)).toHaveLength(1)
  sockets.forEach((socket) => socket.write(body.slice(-2)))
  const statuses = (await Promise.all(answers)).map((answer) => answer.slice(-3))
  expect(statuses.every((status) => status === '413' || status === '503')).toBe(true)
  expect(statuses.filter((status) => status === '503').length).toBeGreaterThanOrEqual(12)
  expect(world.server.residentBytes() - before).toBeLessThan(200 * 1024 * 1024)
})
