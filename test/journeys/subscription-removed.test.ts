import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a subscription that Graph removed is made anew, and what came meanwhile is caught up', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.untilIdle()
    const [before] = world.sandbox.graph.subscriptions(world.camille)
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Invoice in the gap' }), { notifications: 0 })

    world.sandbox.graph.lifecycle(world.camille, 'subscriptionRemoved')

    const after = await until(() => world.sandbox.graph.subscriptions(world.camille)[0])
    expect(after.id).not.toBe(before?.id)
    await untilItems(api, board, 1)
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Invoice afterwards' }))
    expect((await untilItems(api, board, 2)).map(({ name }) => name).toSorted()).toEqual(['Invoice afterwards', 'Invoice in the gap'])
  })

  test('a subscription that must be authorised again is renewed', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    await world.untilIdle()
    world.sandbox.graph.ledger.clear()

    world.sandbox.graph.lifecycle(world.camille, 'reauthorizationRequired')

    await until(() =>
      world.sandbox.graph.ledger.entries.some(
        ({ method, path, status }) =>
          path.startsWith('/subscriptions/') && ['PATCH', 'POST'].includes(method) && status !== null && status < 300,
      ),
    )
    expect(world.sandbox.graph.subscriptions(world.camille)).toHaveLength(1)
  })
})
