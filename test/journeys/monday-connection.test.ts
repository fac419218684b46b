// monday.com connected by a personal token, or by a page of ours that asks for permission; its tokens lie in Vault alone.
import { describe, expect, test } from '@jest/globals'
import { visit } from '../support/browser-of-one.ts'
import { databases } from '../support/databases.ts'
import { dumpOf } from '../support/dump.ts'
import { mondayBoard, mondayConnection } from '../support/monday-boards.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

async function openPage(world: World): Promise<string> {
  const opened = await world.api(world.camille).call('connectMonday', { body: {} })
  if (!('authorizationUrl' in opened)) throw new Error('It is connected already')
  expect(Date.parse(opened.expiresAt) - Date.now()).toBeLessThanOrEqual(10 * 60_000)
  return opened.authorizationUrl
}

async function connectByPage(world: World): Promise<void> {
  const window = visit(await openPage(world))
  const authorizeUrl = await window.untilElsewhere(world.server.url)
  expect(new URL(authorizeUrl).searchParams.get('code_challenge_method')).toBe('S256')
  const callback = await world.sandbox.monday.answerAuthorize(authorizeUrl, world.camille)
  expect(await window.go(callback)).toBe(200)
}

describe.each(databases)('on %s', (database) => {
  test('by a personal token, which nobody but Vault keeps; one that is not accepted is said', async () => {
    await using world = await startWorld({ database })
    const { monday, vault } = world.sandbox
    const api = world.api(world.camille)
    expect(await api.problemOf('connectMonday', { body: { token: 'nonsense' } })).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ pointer: '/token', code: 'refused' }],
    })
    expect([await mondayConnection(world), vault.paths()]).toEqual([undefined, []])

    const token = await monday.personalToken(world.camille)
    const connected = await api.call('connectMonday', { body: { token } })
    expect(connected).toMatchObject({
      provider: 'monday',
      status: 'active',
      account: world.camille.address,
      subscription: null,
      reason: null,
    })
    expect(await mondayConnection(world)).toEqual(connected)
    expect(vault.tokenPaths()).toHaveLength(1)
    expect(vault.read(vault.tokenPaths()[0] ?? '')).toMatchObject({ accessToken: token, refreshToken: null, expiresAt: null })
    expect(await mondayConnection(world, world.yanis)).toBeUndefined()
    await world.server.stop()
    expect(await dumpOf(world.environment)).not.toContain(token)
  })

  test('by a page of ours: permission with proof, tokens that are refreshed ahead of their end and good once', async () => {
    await using world = await startWorld({ database })
    const { monday, vault } = world.sandbox
    // They end at once: each use refreshes them.
    monday.behave({ accessTokenSeconds: 240 })
    await connectByPage(world)
    expect(await mondayConnection(world)).toMatchObject({
      status: 'active',
      scopes: expect.arrayContaining(['boards:write', 'updates:write']),
    })
    const [path = ''] = vault.tokenPaths()
    const before = vault.read(path)
    const { id } = monday.board(world.camille, { name: 'Elsewhere' })
    const { items } = await world.api(world.camille).call('listBoards', { query: { target: 'monday' } })
    expect(items.map((board) => board.id)).toEqual([id])
    const after = vault.read(path)
    expect(after).toMatchObject({ refreshToken: expect.any(String), expiresAt: expect.any(String) })
    expect([Object(after).accessToken === Object(before).accessToken, Object(after).refreshToken === Object(before).refreshToken]).toEqual([false, false]) // prettier-ignore
  })

  test('the older flow too, whose tokens have no end', async () => {
    await using world = await startWorld({ database })
    world.sandbox.monday.behave({ oauth: 'legacy' })
    await connectByPage(world)
    expect(world.sandbox.vault.read(world.sandbox.vault.tokenPaths()[0] ?? '')).toMatchObject({ refreshToken: null, expiresAt: null })
    await world.api(world.camille).call('listBoards', { query: { target: 'monday' } })
  })

  test('the page works once, in its own window, and declined it connects nobody', async () => {
    await using world = await startWorld({ database })
    const { monday, vault } = world.sandbox
    const used = await openPage(world)
    const address = await visit(used).untilElsewhere(world.server.url)
    expect(await visit(used).go(used)).toBe(400)
    const elsewhere = await monday.answerAuthorize(address, world.camille)
    expect(await visit(elsewhere).go(elsewhere)).toBe(400)

    const window = visit(await openPage(world))
    expect(await window.go(await monday.answerAuthorize(await window.untilElsewhere(world.server.url), world.camille, 'deny'))).toBe(400)
    expect([await mondayConnection(world), vault.paths()]).toEqual([undefined, []])
  })

  test.each(['none', 'cross-site', 'same-site'])(
    'a window that something else than the pane opened (%s) asks before it goes on',
    async (site) => {
      await using world = await startWorld({ database })
      const page = await openPage(world)
      const asking = await fetch(page, { redirect: 'manual', headers: { 'sec-fetch-site': site, 'accept-language': 'fr' } })
      expect([asking.status, asking.headers.getSetCookie()]).toEqual([200, []])
      expect(await asking.text()).toContain('Connecter monday.com\u00a0?')
      // Its button asks for the same address, from our own origin.
      const going = await fetch(page, { redirect: 'manual', headers: { 'sec-fetch-site': 'same-origin' } })
      expect([going.status, going.headers.getSetCookie()]).toEqual([303, [expect.any(String)]])
    },
  )

  test('disconnected, its tokens and what was known of its boards are gone, and the mailbox stays', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await mondayBoard(world)
    await api.call('readBoard', { params: { id: board.id } })
    expect(world.sandbox.vault.tokenPaths()).toHaveLength(2)
    const { receiptId } = await api.call('disconnect', { params: { provider: 'monday' } })
    const receipt = await until(async () => {
      const found = await api.call('readReceipt', { params: { id: receiptId } })
      return found.finishedAt && found
    })
    expect(receipt.parts.map(({ part, state }) => [part, state])).toEqual(
      expect.arrayContaining([
        ['subscription', 'nothing-there'],
        ['tokens', 'removed'],
      ]),
    )
    expect(world.sandbox.vault.tokenPaths()).toHaveLength(1)
    expect((await api.call('listConnections')).map(({ provider, status }) => [provider, status])).toEqual([['microsoft', 'active']])
    expect(await api.problemOf('readBoard', { params: { id: board.id } })).toMatchObject({ code: 'not-connected' })
    await world.server.stop()
    expect(await dumpOf(world.environment)).not.toContain('mailboard_ref')
  })

  test('erased, nothing of either connection stays', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await mondayBoard(world)
    const { receiptId } = await api.call('eraseMe')
    await until(async () => (await world.api(world.yanis).call('readReceipt', { params: { id: receiptId } })).finishedAt)
    expect(world.sandbox.vault.paths()).toEqual([])
  })
})
