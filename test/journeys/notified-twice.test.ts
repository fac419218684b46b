import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test.each([2, 10])('a mail notified %d times at once makes one item', async (notifications) => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)

    await world.sandbox.graph.deliver(world.camille, aMail(), { notifications })
    await untilItems(api, board, 1)
    await world.untilIdle()

    expect(world.sandbox.graph.notifications.entries.map(({ status }) => status)).toEqual(Array(notifications).fill(202))
    expect(await itemsOf(api, board)).toHaveLength(1)
    expect(await runsOf(api)).toHaveLength(1)
  })

  test('a mail notified again after its item was made makes no second one, even if the first was deleted', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    const { id } = await world.sandbox.graph.deliver(world.camille, aMail())
    const [item] = await untilItems(api, board, 1)
    await api.request('DELETE', `/api/items/${item!.id}`, { headers: { 'if-match': `"${item!.version}"` } })

    expect(await world.sandbox.graph.notify(world.camille, id, { times: 3 })).toEqual([202, 202, 202])
    await world.untilIdle()

    expect(await itemsOf(api, board)).toEqual([])
    expect(await runsOf(api)).toHaveLength(1)
  })

  test('two recipes on one mail make an item each', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { name: 'First' })
    await aRecipe(api, board, { name: 'Second' })

    await world.sandbox.graph.deliver(world.camille, aMail(), { notifications: 3 })
    await untilItems(api, board, 2)
    await world.untilIdle()

    expect(await itemsOf(api, board)).toHaveLength(2)
  })
})
