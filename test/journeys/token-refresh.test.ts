import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

const refreshesOf = (world: World) => world.sandbox.entra.ledger.entries.filter(({ grant }) => grant === 'refresh_token')

describe.each(databases)('on %s', (database) => {
  test('twenty mails that meet an expired token cause one refresh', async () => {
    await using world = await startWorld({ database })
    const { graph, entra } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail })
    await world.untilIdle()
    graph.hold()
    for (let index = 0; index < 20; index += 1) await graph.deliver(world.camille, aMail({ subject: `Mail ${index}` }))
    entra.expireAccessTokens(world.camille)
    graph.release()

    await untilItems(api, board, 20)
    await world.untilIdle()
    expect(await itemsOf(api, board)).toHaveLength(20)
    expect(refreshesOf(world)).toHaveLength(1)
    expect(Math.max(...graph.ledger.entries.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(4)
  })

  test('a token near its end is refreshed before it is used', async () => {
    await using world = await startWorld({ database, env: { TOKEN_REFRESH_AHEAD: '30m' } })
    const { graph, entra } = world.sandbox
    entra.setAccessTokenLifetime(60)
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.untilIdle()
    entra.setAccessTokenLifetime(3600)
    const before = refreshesOf(world).length
    graph.ledger.clear()
    // What the process remembers of the token ends with it.
    await world.server.restart()

    await graph.deliver(world.camille, aMail())
    await untilItems(api, board, 1)
    await world.untilIdle()

    expect(refreshesOf(world).length).toBe(before + 1)
    expect(graph.ledger.entries.filter(({ status }) => status === 401)).toEqual([])
    expect((await connectionOf(api))?.lastRefreshAt).not.toBeNull()
  })
})
