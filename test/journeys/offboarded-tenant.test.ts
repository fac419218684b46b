// A tenant that the operator takes from the list is not read any more: no token of it is handed out but the one that ends what
// Graph sends, and its people take their data and leave. Listed again, they come back to all that arrived meanwhile.
import { describe, expect, test } from '@jest/globals'
import { operations, type Operation, type OperationName } from '../../contract/operations.ts'
import { apiClient } from '../support/api-client.ts'
import { aBoard, aMail, aRecipe, connectedWithMail, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/listen.ts'
import { startServerAsChild } from '../support/test-server.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

const microsoft = { params: { provider: 'microsoft' } } as const

const anything = (name: OperationName) => ({
  params: { id: crypto.randomUUID(), provider: 'microsoft' },
  ...((operations[name] as Operation).body === undefined ? {} : { body: {} }),
})

async function startAgain(world: World, settings: Record<string, string>) {
  await world.server.stop()
  // What the one before had still to say to it.
  world.sandbox.vault.ledger.clear()
  Object.assign(world.environment, settings)
  await world.server.start()
}

const toRuthsAlone = (world: World) => ({ ALLOWED_TENANTS: world.ruth.tenantId })
const lists: [string, (world: World) => Record<string, string>][] = [
  ['taken from ALLOWED_TENANTS', toRuthsAlone],
  ['not the one of ENTRA_TENANT_ID', (world) => ({ ENTRA_TENANT_ID: world.ruth.tenantId, ALLOWED_TENANTS: world.ruth.tenantId })],
]

const callsOnMailbox = (world: World) =>
  world.sandbox.graph.ledger.entries.flatMap(({ method, path, person }) => (person === world.camille.objectId ? [`${method} ${path}`] : []))

/** What the access log has come to with that call is anchored beside the tokens, in Vault. */
const anchored = ({ sandbox: { vault } }: World, key: string) =>
  vault.ledger.entries.filter(({ method, path }) => method === 'POST' && path.endsWith(`/data/ledger/${key}`))

describe.each(databases)('on %s', (database) => {
  test.each(lists)(
    'a tenant %s: one call ends its subscription, nothing else is read, and its people may leave',
    async (_how, settings) => {
      await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
      const { graph, entra, vault } = world.sandbox
      const { api } = await connectedWithMail(world, { subject: 'Before' })
      const [subscription] = graph.subscriptions(world.camille)
      const key = vault.tokenPaths()[0]?.split('/')[1] ?? ''
      graph.ledger.clear()

      await startAgain(world, settings(world))
      await until(() => graph.subscriptions(world.camille).length === 0)
      await world.untilIdle()
      expect(callsOnMailbox(world)).toEqual([`DELETE /subscriptions/${subscription?.id}`])
      expect(await connectionOf(api)).toMatchObject({
        status: 'needs-reconnect',
        subscription: null,
        reason: { code: 'tenant-not-allowed' },
      })

      // Whoever is still served is listed each second, so that it shows when another would have been.
      const witness = world.api(world.ruth)
      await world.connect(world.ruth)
      await aRecipe(witness, await aBoard(witness), { conditions: everyMail })
      await until(() => anchored(world, key).length > 0)
      vault.ledger.clear()
      entra.ledger.clear()
      await graph.deliver(world.camille, aMail({ subject: 'Meanwhile' }))
      const listings = () =>
        graph.ledger.entries.filter(({ person, path }) => person === world.ruth.objectId && path.includes('inbox/messages'))
      const already = listings().length
      await until(() => listings().length >= already + 3)
      expect(callsOnMailbox(world)).toHaveLength(1)
      expect(entra.ledger.entries.filter(({ person }) => person === world.camille.objectId)).toEqual([])
      expect(vault.ledger.entries.filter(({ path }) => path.includes(key))).toEqual([])

      const log = await api.call('listAccess')
      expect(log.items[0]).toMatchObject({ what: 'subscription-delete', purpose: expect.objectContaining({ kind: 'disconnection' }) })
      const { tables } = await api.call('exportMe')
      expect(tables['items']).toHaveLength(1)
      const { receiptId } = await api.call('disconnect', microsoft)
      await until(async () => (await api.call('readReceipt', { params: { id: receiptId } })).finishedAt !== null)
      expect(vault.tokenPaths()).toHaveLength(1)
      expect(vault.versions(`connections/${key}`)).toBe(0)
      // As a pane, which goes on with the token that it has.
      const token = await entra.accessToken(world.camille)
      const pane = apiClient(world.server.url, () => token)
      const erasure = await pane.call('eraseMe')
      await until(async () => (await api.call('readReceipt', { params: { id: erasure.receiptId } })).finishedAt !== null)
      expect(await pane.problemOf('readMe')).toMatchObject({ code: 'sign-in-erased' })
    },
  )

  test('everything but leaving is refused to those who are known; nobody else of the tenant is written down', async () => {
    await using world = await startWorld({ database })
    const { api } = await connectedWithMail(world, { subject: 'Before' })
    await startAgain(world, toRuthsAlone(world))
    const open = ['readMe', 'listConnections', 'disconnect', 'readReceipt', 'createTicket', 'listRuns', 'listAccess', 'exportMe', 'eraseMe']
    for (const name of Object.keys(operations) as OperationName[]) {
      if (open.includes(name)) continue
      const refused = await api.problemOf(name, anything(name))
      expect([name, refused.code, refused.status]).toEqual([name, 'tenant-not-allowed', 403])
    }
    const events = await listen(world.server.url, await world.sandbox.entra.accessToken(world.camille))
    expect(events.answer.status).toBe(403)
    await events.stop()
    expect((await api.call('readMe')).can).toEqual({ createRecipes: false, administer: false })

    const stranger = world.api(world.yanis)
    for (const name of Object.keys(operations) as OperationName[]) expect((await stranger.problemOf(name, anything(name))).status).toBe(401)
    await world.api(world.ruth).call('readMe')
  })

  test('while Graph is away it is tried again', async () => {
    await using world = await startWorld({ database })
    const { graph } = world.sandbox
    const { api } = await connectedWithMail(world, { subject: 'Before' })
    const outage = world.sandbox.misbehave('graph', { status: 503 })
    await startAgain(world, toRuthsAlone(world))
    await until(() => outage.seen() >= 2)
    expect(await connectionOf(api)).toMatchObject({ status: 'needs-reconnect', reason: { code: 'tenant-not-allowed' } })
    outage.clear()
    await until(() => graph.subscriptions(world.camille).length === 0)
  })

  test('listed again, whoever reconnects catches up', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { graph } = world.sandbox
    const { api, board } = await connectedWithMail(world, { subject: 'Before' })
    const before = world.environment['ALLOWED_TENANTS'] ?? ''
    await startAgain(world, toRuthsAlone(world))
    // Announced while the subscription is still there.
    await graph.deliver(world.camille, aMail({ subject: 'Meanwhile 1' }))
    await until(() => graph.subscriptions(world.camille).length === 0)
    await graph.deliver(world.camille, aMail({ subject: 'Meanwhile 2' }))
    await world.untilIdle()

    await startAgain(world, { ALLOWED_TENANTS: before })
    expect((await connectionOf(api))?.status).toBe('needs-reconnect')
    await world.connect(world.camille)
    await untilItems(api, board, 3)
    await world.untilIdle()
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['Before', 'Meanwhile 1', 'Meanwhile 2'])
    expect(await connectionOf(api)).toMatchObject({ status: 'active', reason: null })
  })

  test('a consent that was asked for before ends in no connection', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const asked = await api.problemOf('connectMicrosoft', { body: { permissions: ['mail.read'] } })
    const page = await fetch(asked.consentUrl ?? '', { redirect: 'manual' })
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? ''
    const back = await world.sandbox.entra.answerConsent(page.headers.get('location') ?? '', 'accept', world.camille)
    await startAgain(world, toRuthsAlone(world))
    expect((await fetch(back, { headers: { cookie }, redirect: 'manual' })).status).toBe(400)
    expect(world.sandbox.vault.paths()).toEqual([])
    expect(world.sandbox.graph.ledger.entries).toEqual([])
  })
})

for (const database of databases.filter((each) => each === 'postgresql'))
  test('with several replicas the subscription is ended once', async () => {
    await using world = await startWorld({ database })
    const { graph } = world.sandbox
    await connectedWithMail(world, { subject: 'Before' })
    const [subscription] = graph.subscriptions(world.camille)
    graph.ledger.clear()
    await world.server.stop()
    Object.assign(world.environment, toRuthsAlone(world))
    const port = await freePort()
    const settings = { ...world.environment, PORT: String(port), ROLE: 'worker' }
    const [worker] = await Promise.all([startServerAsChild(`http://127.0.0.1:${port}`, settings), world.server.start()])
    await until(() => graph.subscriptions(world.camille).length === 0)
    await world.untilIdle()
    await worker.stop()
    expect(callsOnMailbox(world)).toEqual([`DELETE /subscriptions/${subscription?.id}`])
  })
