// Whoever knows the address of the webhook can post to it: nothing but a secret of ours makes a notification genuine, and
// nothing in it is ever followed.
import { expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { startCanaryHost } from '../support/canary-host.ts'
import { dumpOf } from '../support/dump.ts'
import { startWorld, type World } from '../support/world.ts'

const nobody = '00000000-0000-4000-8000-000000000001'

async function watched(world: World) {
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail })
  await world.untilIdle()
  const { id } = await world.sandbox.graph.deliver(world.camille, aMail(), { notifications: 0 })
  const [subscription] = world.sandbox.graph.subscriptions(world.camille)
  const genuine = {
    subscriptionId: subscription!.id,
    subscriptionExpirationDateTime: subscription!.expiresAt.toISOString(),
    changeType: 'created',
    resource: `Users/${world.camille.objectId}/Messages/${id}`,
    resourceData: { '@odata.type': '#Microsoft.Graph.Message', id } as Record<string, unknown>,
    clientState: subscription!.clientState as unknown,
    tenantId: world.camille.tenantId,
  }
  world.sandbox.graph.ledger.clear()
  return { api, board, genuine, id }
}

const postTo = (world: World) => (value: unknown[]) =>
  fetch(`${world.server.url}/graph/notifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value }),
  })

/** Nothing that is the same in all answers, such as the time. */
const shapeOf = async (answer: Response) => ({
  status: answer.status,
  body: await answer.text(),
  headers: [...answer.headers].filter(([name]) => name !== 'date'),
})

const noCatchUp = { CATCHUP_INTERVAL: '1d' }

test('six kinds of forged notifications cause no call, leave no row and get the answer of a genuine one', async () => {
  await using world = await startWorld({ database: 'pglite', env: noCatchUp })
  const { api, genuine, id } = await watched(world)
  const post = postTo(world)
  const { clientState } = genuine
  const forgeries: Record<string, unknown> = {
    'another secret': { ...genuine, clientState: 'A'.repeat(43) },
    'no secret': { ...genuine, clientState: undefined },
    'a part of the secret': { ...genuine, clientState: String(clientState).slice(0, -1) },
    'the secret in a list': { ...genuine, clientState: [clientState] },
    'the secret of another subscription': { ...genuine, subscriptionId: nobody },
    'an unknown subscription without a secret': { ...genuine, subscriptionId: nobody, clientState: null },
  }
  const answers = []
  for (const forged of Object.values(forgeries)) answers.push(await shapeOf(await post([forged])))
  await world.untilIdle()
  expect(world.sandbox.graph.ledger.entries).toEqual([])
  expect(await runsOf(api)).toEqual([])
  await world.server.stop()
  expect(await dumpOf(world.environment)).not.toContain(id)
  await world.server.start()

  const accepted = await shapeOf(await post([genuine]))
  expect(accepted).toMatchObject({ status: 202, body: '' })
  expect(answers).toEqual(Object.keys(forgeries).map(() => accepted))
  await world.untilIdle()
  expect(await runsOf(api)).toHaveLength(1)
})

test('the time of an answer does not tell a known subscription from an unknown one', async () => {
  await using world = await startWorld({ database: 'pglite', env: noCatchUp })
  const { genuine } = await watched(world)
  const post = postTo(world)
  const known = { ...genuine, clientState: 'guess' }
  const unknown = { ...known, subscriptionId: nobody }
  const took: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
  for (let round = 0; round < 150; round += 1) {
    for (const name of ['known', 'unknown'] as const) {
      const since = performance.now()
      await (await post([name === 'known' ? known : unknown])).arrayBuffer()
      took[name].push(performance.now() - since)
    }
  }
  const median = (times: number[]) => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0
  expect(Math.abs(median(took.known) - median(took.unknown))).toBeLessThan(5)
})

test('a genuine notification replayed a thousand times makes one item', async () => {
  await using world = await startWorld({ database: 'pglite', env: noCatchUp })
  const { api, board, genuine } = await watched(world)
  const post = postTo(world)
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post([genuine])))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  }
  await untilItems(api, board, 1)
  await world.untilIdle()
  expect(await itemsOf(api, board)).toHaveLength(1)
  expect(await runsOf(api)).toHaveLength(1)
})

test('no address in a notification is followed, and no other mailbox than its subscription’s is asked', async () => {
  await using evil = await startCanaryHost()
  await using world = await startWorld({ database: 'pglite', env: noCatchUp })
  const { genuine, id } = await watched(world)
  const { graph } = world.sandbox
  const addresses = [
    evil.url,
    'http://169.254.169.254/latest/meta-data',
    '../../users/other',
    'Users/%2f..%2f..%2fother',
    `//${new URL(evil.url).host}`,
  ]
  const value = addresses.flatMap((address) => [
    { ...genuine, resource: address },
    { ...genuine, resourceData: { ...genuine.resourceData, '@odata.id': address, '@odata.etag': address } },
    { ...genuine, resourceData: { id: address } },
    { ...genuine, tenantId: world.ruth.tenantId, resource: `Users/${world.ruth.objectId}/Messages/${id}` },
  ])
  expect((await postTo(world)(value)).status).toBe(202)
  await world.untilIdle()

  expect(evil.asked).toEqual([])
  expect(graph.ledger.entries.length).toBeGreaterThan(0)
  for (const { path, person } of graph.ledger.entries) {
    expect(path).toMatch(/^\/me\//)
    expect(person).toBe(world.camille.objectId)
  }
})

test('another person’s message id in a genuine notification reads nothing of theirs', async () => {
  await using world = await startWorld({ database: 'pglite', env: noCatchUp })
  const { api, board, genuine } = await watched(world)
  const { id } = await world.sandbox.graph.deliver(world.yanis, aMail({ subject: 'Of Yanis' }), { notifications: 0 })
  await postTo(world)([{ ...genuine, resourceData: { id } }])
  await world.untilIdle()
  expect(world.sandbox.graph.ledger.entries.map(({ person }) => person)).not.toContain(world.yanis.objectId)
  expect((await itemsOf(api, board)).map(({ name }) => name)).not.toContain('Of Yanis')
})

test('a validation token with markup comes back as plain text that no browser takes for a page', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const ask = (token: string, method = 'POST') =>
    fetch(`${world.server.url}/graph/notifications?validationToken=${encodeURIComponent(token)}`, { method })
  const markup = '<script>alert(document.domain)</script>'
  const answer = await ask(markup)
  expect([answer.status, await answer.text()]).toEqual([200, markup])
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
  expect(answer.headers.getSetCookie()).toEqual([])
  expect((await ask('x'.repeat(2048))).status).toBe(200)
  expect((await ask('x'.repeat(2049))).status).toBe(413)
  const visited = await ask(markup, 'GET')
  expect(visited.status).toBe(405)
  expect(await visited.text()).not.toContain('<script>')
})
