import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../../support/builders.ts'
import { databases } from '../../support/databases.ts'
import { until } from '../../support/until.ts'
import { connectionOf } from '../../support/open-world.ts'
import { startWorld, type World } from '../../support/world.ts'

/** A mail was announced and a second one was not, while the permission was gone. */
async function whileRevoked(world: World) {
  const { graph, entra } = world.sandbox
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail })
  await world.untilIdle()
  entra.revoke(world.camille)
  entra.expireAccessTokens(world.camille)
  await graph.deliver(world.camille, aMail({ subject: 'Announced' }))
  await until(async () => (await connectionOf(api))?.status === 'needs-reconnect')
  await graph.deliver(world.camille, aMail({ subject: 'Not announced' }), { notifications: 0 })
  await world.untilIdle()
  return { api, board, graph }
}

const namesOn = async (...asked: Parameters<typeof itemsOf>) => (await itemsOf(...asked)).map(({ name }) => name).toSorted()

describe.each(databases)('on %s', (database) => {
  test('connecting again catches up what came meanwhile, announced or not, and the connection is the same', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await whileRevoked(world)
    const before = await connectionOf(api)
    await world.connect(world.camille)
    await untilItems(api, board, 2)
    expect(await namesOn(api, board)).toEqual(['Announced', 'Not announced'])
    expect(await connectionOf(api)).toMatchObject({ status: 'active', reason: null, since: before?.since })
    expect(world.sandbox.vault.tokenPaths()).toHaveLength(1)
  })

  test('who wants to begin anew gets nothing of what came meanwhile, and all that comes afterwards', async () => {
    // Both mails lie within the time that a listing usually goes back before its cursor.
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board, graph } = await whileRevoked(world)
    // Graph's times are whole seconds: what comes in the second of the new beginning counts.
    const second = Math.floor(Date.now() / 1000)
    await until(() => Math.floor(Date.now() / 1000) > second)
    await world.connect(world.camille, { catchUp: 'none' })
    await world.untilIdle()
    await graph.deliver(world.camille, aMail({ subject: 'Afterwards' }))
    await until(async () => (await namesOn(api, board)).includes('Afterwards'))
    await world.untilIdle()
    expect(await namesOn(api, board)).toEqual(['Afterwards'])
  })
})
