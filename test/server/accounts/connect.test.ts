import { describe, expect, test } from '@jest/globals'
import { connectionOf } from '../../support/open-world.ts'
import { startWorld, type World } from '../../support/world.ts'
import { until } from '../../support/until.ts'

const ask = { body: { permissions: ['mail.read'] } }
const calls = (world: World) => world.sandbox.graph.ledger.entries.map(({ method, path }) => `${method} ${path.replace(/^.*\/v1\.0/, '')}`)

describe('connecting', () => {
  test('two clicks make one connection, and of the mailbox one check is read', async () => {
    await using world = await startWorld({ database: 'pglite' })
    const { entra, graph, vault } = world.sandbox
    entra.grant(world.camille, ['Mail.Read', 'User.Read'])
    const api = world.api(world.camille)
    const [one, other] = await Promise.all([api.call('connectMicrosoft', ask), api.call('connectMicrosoft', ask)])

    expect(one).toMatchObject({ provider: 'microsoft', status: 'active', account: world.camille.address, reason: null })
    expect(one.scopes.toSorted()).toEqual(['Mail.Read', 'User.Read'])
    expect(other.since).toBe(one.since)
    await world.untilIdle()
    expect(vault.tokenPaths()).toHaveLength(1)
    expect(graph.subscriptions(world.camille)).toHaveLength(1)
    const ofMail = graph.ledger.entries.filter(({ path }) => path.endsWith('/messages'))
    expect(ofMail.every(({ query }) => query['$top'] === '1' && query['$select'] === 'id')).toBe(true)
    expect(calls(world).filter((call) => /messages\/./.test(call))).toEqual([])
  })

  test('more permissions widen the connection, and fewer do not narrow it', async () => {
    await using world = await startWorld({ database: 'pglite' })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const missing = await api.problemOf('connectMicrosoft', { body: { permissions: ['mail.send'] } })
    expect(missing.code).toBe('consent-required')
    expect(missing.scopes?.toSorted()).toEqual(['Mail.Read', 'Mail.ReadWrite', 'Mail.Send', 'User.Read'])
    world.sandbox.entra.grant(world.camille, ['Mail.ReadWrite', 'Mail.Send'])
    await api.call('connectMicrosoft', { body: { permissions: ['mail.send'] } })
    await api.call('connectMicrosoft', ask)
    expect((await connectionOf(api))?.scopes.toSorted()).toEqual(['Mail.Read', 'Mail.ReadWrite', 'Mail.Send', 'User.Read'])
  })

  test('a stronger sign-in is asked for by its claims', async () => {
    await using world = await startWorld({ database: 'pglite' })
    world.sandbox.entra.grant(world.camille, ['Mail.Read', 'User.Read'])
    world.sandbox.entra.requireStrongerSignIn(world.camille, true)
    const problem = await world.api(world.camille).problemOf('connectMicrosoft', ask)
    expect(problem).toMatchObject({ status: 409, code: 'stronger-sign-in' })
    expect(JSON.parse(problem.claims ?? '')).toMatchObject({ access_token: { acrs: { value: 'c1' } } })
    expect(await connectionOf(world.api(world.camille))).toBeUndefined()
  })

  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
  const base64 = Buffer.from(claims).toString('base64')
  const challenge = `Bearer realm="", authorization_uri="https://login.example/authorize", error="insufficient_claims", claims="${base64}"`
  test.each([
    ['at the check read', 401, challenge, /inbox\/messages/],
    ['at the profile', 401, challenge, /\/me\?/],
    ['at the Inbox', 401, challenge, /mailFolders\/inbox\?/],
    ['with a 403', 403, challenge, /inbox\/messages/],
    [
      'in the other alphabet, without padding',
      401,
      `Bearer claims="${Buffer.from(claims).toString('base64url')}", error="insufficient_claims"`,
      /inbox\/messages/,
    ],
    ['behind another challenge', 401, `PoP alg="RS256", Bearer error=insufficient_claims, claims=${base64}`, /inbox\/messages/],
  ])('Graph asks for a stronger sign-in while connecting, %s', async (_, status, header, path) => {
    await using world = await startWorld({ database: 'pglite' })
    world.sandbox.entra.grant(world.camille, ['Mail.Read', 'User.Read'])
    const fault = world.sandbox.misbehave('graph', { match: { path }, status, headers: { 'www-authenticate': header } })
    const api = world.api(world.camille)
    const problem = await api.problemOf('connectMicrosoft', ask)
    expect(problem).toMatchObject({ status: 409, code: 'stronger-sign-in', claims })
    expect([await connectionOf(api), world.sandbox.vault.paths()]).toEqual([undefined, []])
    fault.clear()
    expect((await api.call('connectMicrosoft', ask)).status).toBe('active')
  })

  test('a 401 of Graph without claims that can be read is a refusal', async () => {
    await using world = await startWorld({ database: 'pglite' })
    world.sandbox.entra.grant(world.camille, ['Mail.Read', 'User.Read'])
    for (const given of ['Bearer error="invalid_token"', 'Bearer claims="bm90IGpzb24="', 'Bearer claims="!"']) {
      const fault = world.sandbox.misbehave('graph', { match: { path: /messages\?/ }, status: 401, headers: { 'www-authenticate': given } })
      expect((await world.api(world.camille).problemOf('connectMicrosoft', ask)).code).toBe('microsoft-refused')
      fault.clear()
    }
  })

  test('an account without a mailbox is told so, and nothing of it is kept', async () => {
    await using world = await startWorld({ database: 'pglite' })
    const { entra, vault } = world.sandbox
    entra.grant(world.camille, ['Mail.Read', 'User.Read'])
    const noMailbox = { error: { code: 'MailboxNotEnabledForRESTAPI', message: 'The mailbox is inactive.' } }
    world.sandbox.misbehave('graph', { match: { path: /messages\?/ }, status: 404, body: noMailbox })
    const api = world.api(world.camille)
    expect(await api.problemOf('connectMicrosoft', ask)).toMatchObject({ code: 'microsoft-refused' })
    expect(vault.paths()).toEqual([])
    expect(await connectionOf(api)).toBeUndefined()
  })

  test('a mailbox that cannot be subscribed to at once is connected, and subscribed to later', async () => {
    await using world = await startWorld({ database: 'pglite' })
    world.sandbox.entra.grant(world.camille, ['Mail.Read', 'User.Read'])
    const fault = world.sandbox.misbehave('graph', { match: { method: 'POST', path: /subscriptions$/ }, status: 503 })
    const api = world.api(world.camille)
    expect(await api.call('connectMicrosoft', ask)).toMatchObject({ status: 'active', subscription: null })
    fault.clear()
    await until(async () => (await connectionOf(api))?.subscription)
  })

  test('with Vault sealed nobody is connected and nobody blamed', async () => {
    await using world = await startWorld({ database: 'pglite' })
    world.sandbox.entra.grant(world.camille, ['Mail.Read', 'User.Read'])
    world.sandbox.vault.seal()
    const api = world.api(world.camille)
    expect(await api.problemOf('connectMicrosoft', ask)).toMatchObject({ status: 503, code: 'service-unavailable' })
    expect(await connectionOf(api)).toBeUndefined()
    world.sandbox.vault.unseal()
    expect(await api.call('connectMicrosoft', ask)).toMatchObject({ status: 'active' })
  })
})

describe('disconnecting', () => {
  test('asked twice it is one disconnection; while Graph is away it waits, and nobody connects in between', async () => {
    await using world = await startWorld({ database: 'pglite' })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await world.untilIdle()
    const fault = world.sandbox.misbehave('graph', { status: 503 })
    const [one, other] = [
      await api.call('disconnect', { params: { provider: 'microsoft' } }),
      await api.call('disconnect', { params: { provider: 'microsoft' } }),
    ]
    expect(other).toEqual(one)
    expect((await connectionOf(api))?.status).toBe('disconnecting')
    expect(await api.problemOf('connectMicrosoft', ask)).toMatchObject({ code: 'service-unavailable' })
    fault.clear()
    await until(async () => (await api.call('readReceipt', { params: { id: one.receiptId } })).finishedAt)
    expect(world.sandbox.vault.paths()).toEqual([])
    expect(await api.problemOf('disconnect', { params: { provider: 'microsoft' } })).toMatchObject({ code: 'connection-not-found' })
    await world.connect(world.camille)
  })

  test('a dead permission is disconnected too; the receipt says that the subscription ends by itself', async () => {
    await using world = await startWorld({ database: 'pglite' })
    const { entra, vault } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await world.untilIdle()
    entra.revoke(world.camille)
    entra.expireAccessTokens(world.camille)
    const { receiptId } = await api.call('disconnect', { params: { provider: 'microsoft' } })
    const receipt = await until(async () => {
      const found = await api.call('readReceipt', { params: { id: receiptId } })
      return found.finishedAt && found
    })
    expect(receipt.parts.find(({ part }) => part === 'subscription')).toMatchObject({ state: 'to-go' })
    expect(receipt.parts.find(({ part }) => part === 'tokens')).toMatchObject({ state: 'removed' })
    expect(vault.paths()).toEqual([])
    expect(await connectionOf(api)).toBeUndefined()
  })
})
