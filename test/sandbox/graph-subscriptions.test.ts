import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { until } from '../support/until.ts'
import { graphClient, graphToken, openListener, people, type Listener } from './clients.ts'

let sandbox: Sandbox
let listener: Listener
let camille: Person
let ruth: Person
let call: ReturnType<typeof graphClient>

beforeAll(async () => {
  sandbox = await startSandbox({ serverUrl: 'http://localhost:3000' })
  sandbox.graph.retry.baseMs = 20
  ;({ camille, ruth } = people(sandbox))
  call = graphClient(sandbox, await graphToken(sandbox, camille), { prefer: 'IdType="ImmutableId"' })
})
afterAll(() => sandbox.stop())
beforeEach(async () => {
  listener = await openListener()
})
afterEach(async () => {
  sandbox.graph.removeSubscription(camille)
  // What was posted is answered, else it would be posted again and again to nobody.
  await until(() => sandbox.graph.idle())
  await listener.stop()
})

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

const wanted = (changes: Record<string, unknown> = {}) => ({
  changeType: 'created',
  notificationUrl: listener.url,
  lifecycleNotificationUrl: listener.url,
  resource: `me/mailFolders('inbox')/messages`,
  expirationDateTime: inMinutes(10_080),
  clientState: 'secret-state',
  ...changes,
})

describe('making one', () => {
  test('answers 201 with the life that it grants', async () => {
    const { status, body } = await call('POST', '/subscriptions', wanted())
    expect(status).toBe(201)
    expect(body).toMatchObject({ clientState: 'secret-state', creatorId: camille.objectId, changeType: 'created' })
    expect((await call('GET', `/subscriptions/${body.id}`)).body.id).toBe(body.id)
  })

  test.each<[string, Record<string, unknown>, number, string]>([
    ['no address', { notificationUrl: undefined }, 400, 'InvalidRequest'],
    ['plain http outside loopback', { notificationUrl: 'http://mailboard.example/graph' }, 400, 'InvalidRequest'],
    ['a life over seven days', { expirationDateTime: inMinutes(10_200) }, 400, 'InvalidRequest'],
    ['a life that is over', { expirationDateTime: inMinutes(-5) }, 400, 'InvalidRequest'],
    ['a date that is none', { expirationDateTime: 'tomorrow' }, 400, 'BadRequest'],
    ['a clientState of 129 characters', { clientState: 'x'.repeat(129) }, 400, 'InvalidRequest'],
    ['an unknown change type', { changeType: 'moved' }, 400, 'InvalidRequest'],
    ['an unknown resource', { resource: 'me/events' }, 400, 'InvalidRequest'],
    ['a resource of somebody else', { resource: 'users/11111111-1111-4111-8111-111111111111/messages' }, 403, 'ErrorAccessDenied'],
    ['an unknown field', { colour: 'blue' }, 400, 'BadRequest'],
    ['rich notifications without a certificate', { includeResourceData: true }, 400, 'BadRequest'],
  ])('is refused for %s', async (_name, changes, status, code) => {
    const answer = await call('POST', '/subscriptions', wanted(changes))
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })

  test.each([
    ['another status', (token: string) => ({ status: 202, type: 'text/plain', body: token })],
    ['another type', (token: string) => ({ status: 200, type: 'text/html', body: token })],
    ['an encoded token', (token: string) => ({ status: 200, type: 'text/plain', body: encodeURIComponent(token) })],
  ])('is refused when the endpoint answers the handshake with %s', async (_name, validation) => {
    listener.validation = validation
    const answer = await call('POST', '/subscriptions', wanted())
    expect(answer.status).toBe(400)
    expect(answer.body.error.message).toMatch(/^Subscription validation request failed/)
  })

  test('a second identical one is 409', async () => {
    await call('POST', '/subscriptions', wanted())
    const second = await call('POST', '/subscriptions', wanted({ resource: '/me/mailFolders/Inbox/messages', clientState: 'other' }))
    expect(second.status).toBe(409)
    expect(second.body.error.message).toMatch(/^Subscription Id .+ already exists for the requested combination$/)
  })
})

describe('keeping one', () => {
  test('it is renewed, reauthorized and ended by its owner alone', async () => {
    const { id } = (await call('POST', '/subscriptions', wanted({ expirationDateTime: inMinutes(60) }))).body
    const stranger = graphClient(sandbox, await graphToken(sandbox, ruth))
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { expirationDateTime: inMinutes(100) } : undefined
      expect((await stranger(method, `/subscriptions/${id}`, body)).status).toBe(404)
    }
    const renewed = await call('PATCH', `/subscriptions/${id}`, { expirationDateTime: inMinutes(10_000) })
    expect(Date.parse(renewed.body.expirationDateTime)).toBeGreaterThan(Date.now() + 9_900 * 60_000)
    expect((await call('PATCH', `/subscriptions/${id}`, { lifecycleNotificationUrl: listener.url })).status).toBe(400)
    expect((await call('POST', `/subscriptions/${id}/reauthorize`)).status).toBe(204)
    expect((await call('DELETE', `/subscriptions/${id}`)).status).toBe(204)
    expect((await call('DELETE', `/subscriptions/${id}`)).status).toBe(404)
  })

  test('a short life is raised to 45 minutes, a long one cut to what is granted', async () => {
    sandbox.graph.setSubscriptionLifetime(4230)
    const { body } = await call('POST', '/subscriptions', wanted())
    const renewed = await call('PATCH', `/subscriptions/${body.id}`, { expirationDateTime: inMinutes(5) })
    sandbox.graph.setSubscriptionLifetime(10_080)
    expect(Math.round((Date.parse(body.expirationDateTime) - Date.now()) / 60_000)).toBe(4230)
    expect(Math.round((Date.parse(renewed.body.expirationDateTime) - Date.now()) / 60_000)).toBe(45)
  })
})

describe('being told', () => {
  test('a delivered mail is announced by its immutable id, other folders are not', async () => {
    const { id: subscriptionId } = (await call('POST', '/subscriptions', wanted())).body
    await sandbox.graph.deliver(camille, { subject: 'spam' }, { folder: 'junkemail' })
    const { id } = await sandbox.graph.deliver(camille, { subject: 'hello' })
    await until(() => listener.received.length > 0)
    expect(listener.received).toHaveLength(1)
    expect(listener.received[0].value).toEqual([
      {
        subscriptionId,
        subscriptionExpirationDateTime: expect.any(String),
        changeType: 'created',
        resource: `Users/${camille.objectId}/Messages/${id}`,
        resourceData: expect.objectContaining({ '@odata.type': '#Microsoft.Graph.Message', id }),
        clientState: 'secret-state',
        tenantId: camille.tenantId,
      },
    ])
  })

  test('what is not answered by 2xx is posted again', async () => {
    await call('POST', '/subscriptions', wanted())
    listener.status = 503
    await sandbox.graph.deliver(camille, {})
    await until(() => listener.received.length >= 2)
    expect(sandbox.graph.idle()).toBe(false)
    listener.status = 202
    await until(() => sandbox.graph.idle())
  })

  test('notifications are lost, repeated, held and reversed on demand', async () => {
    await call('POST', '/subscriptions', wanted())
    await sandbox.graph.deliver(camille, {}, { notifications: 0 })
    const twice = await sandbox.graph.deliver(camille, {}, { notifications: 2 })
    await until(() => listener.received.length === 2)
    sandbox.graph.hold()
    const held = [await sandbox.graph.deliver(camille, {}), await sandbox.graph.deliver(camille, {})]
    expect(listener.received).toHaveLength(2)
    sandbox.graph.release('reversed')
    await until(() => listener.received.length === 4)
    const posted = sandbox.graph.notifications.entries.slice(-4).map(({ messageIds }) => messageIds[0])
    expect(posted).toEqual([twice.id, twice.id, held[1]!.id, held[0]!.id])
  })

  test('moving into the Inbox is told as created, lifecycle events go to their address', async () => {
    const { body } = await call('POST', '/subscriptions', wanted())
    const { id } = await sandbox.graph.deliver(camille, {}, { folder: 'junkemail' })
    sandbox.graph.move(camille, id, 'inbox')
    await until(() => listener.received.length === 1)
    sandbox.graph.lifecycle(camille, 'subscriptionRemoved')
    await until(() => listener.received.length === 2)
    expect(listener.received[1].value[0]).toMatchObject({
      subscriptionId: body.id,
      lifecycleEvent: 'subscriptionRemoved',
      clientState: 'secret-state',
    })
    expect(sandbox.graph.subscriptions(camille)).toEqual([])
  })

  test('a notification may come before the answer that makes the subscription known', async () => {
    const late = sandbox.misbehave('graph', { match: { method: 'POST', path: /subscriptions$/ }, delayAnswerMs: 60_000 })
    let answered = false
    const making = call('POST', '/subscriptions', wanted()).finally(() => (answered = true))
    await until(() => sandbox.graph.subscriptions(camille).length === 1)
    await sandbox.graph.deliver(camille, {})
    await until(() => listener.received.length === 1)
    expect(answered).toBe(false)
    late.clear()
    expect((await making).status).toBe(201)
  })
})
