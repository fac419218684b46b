import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a notification that overtakes the answer to its subscription is kept', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    const { graph } = world.sandbox
    const late = world.sandbox.misbehave('graph', { match: { method: 'POST', path: /\/subscriptions$/ }, delayAnswerMs: 60_000, times: 1 })

    const connecting = world.connect(world.camille)
    await until(() => graph.subscriptions(world.camille).length > 0)
    await graph.deliver(world.camille, aMail())
    await until(() => graph.notifications.entries.some(({ status }) => status > 0))
    // The answer is still on its way.
    expect(
      graph.ledger.entries.filter(({ path, method }) => method === 'POST' && path === '/subscriptions').map(({ status }) => status),
    ).toEqual([null])
    late.clear()
    await connecting

    expect(graph.notifications.entries.map(({ status }) => status)).toEqual([202])
    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })
})
