import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, untilItems } from '../support/builders.ts'
import { visit } from '../support/browser-of-one.ts'
import { databases } from '../support/databases.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

const askForMail = (world: World) => world.api(world.camille).problemOf('connectMicrosoft', { body: { permissions: ['mail.read'] } })

describe.each(databases)('on %s', (database) => {
  test('without consent a page of ours asks for it, and the mailbox is connected afterwards', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const missing = await askForMail(world)
    expect(missing).toMatchObject({ status: 409, code: 'consent-required', scopes: expect.arrayContaining(['Mail.Read', 'User.Read']) })
    expect(new URL(missing.consentUrl ?? '').origin).toBe(world.server.url)

    const window = visit(missing.consentUrl ?? '')
    const authorizeUrl = await window.untilElsewhere(world.server.url)
    expect(new URL(authorizeUrl).searchParams.get('code_challenge_method')).toBe('S256')
    const callback = await world.sandbox.entra.answerConsent(authorizeUrl, 'accept')
    expect(await window.go(callback)).toBeLessThan(400)

    expect(await connectionOf(api)).toMatchObject({ status: 'active', scopes: expect.arrayContaining(['Mail.Read']) })
    await world.untilSubscribed(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.sandbox.graph.deliver(world.camille, aMail())
    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })

  test('a consent page works once', async () => {
    await using world = await startWorld({ database })
    const { consentUrl = '' } = await askForMail(world)
    await visit(consentUrl).untilElsewhere(world.server.url)
    expect(await visit(consentUrl).go(consentUrl)).toBeGreaterThanOrEqual(400)
  })

  test('consent given by somebody else, or in another window, connects nobody', async () => {
    await using world = await startWorld({ database })
    const { entra } = world.sandbox

    const first = visit((await askForMail(world)).consentUrl ?? '')
    const asColleague = await entra.answerConsent(await first.untilElsewhere(world.server.url), 'accept', world.yanis)
    expect(await first.go(asColleague)).toBeGreaterThanOrEqual(400)

    const second = visit((await askForMail(world)).consentUrl ?? '')
    const callback = await entra.answerConsent(await second.untilElsewhere(world.server.url), 'accept')
    expect(await visit(callback).go(callback)).toBeGreaterThanOrEqual(400)

    expect(await connectionOf(world.api(world.camille))).toBeUndefined()
    expect(await connectionOf(world.api(world.yanis))).toBeUndefined()
    expect(world.sandbox.vault.paths()).toEqual([])
  })

  test('declined consent says so and connects nobody', async () => {
    await using world = await startWorld({ database })
    const window = visit((await askForMail(world)).consentUrl ?? '')
    const callback = await world.sandbox.entra.answerConsent(await window.untilElsewhere(world.server.url), 'decline')
    await window.go(callback)
    expect(await connectionOf(world.api(world.camille))).toBeUndefined()
  })
})
