import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a server killed after its answer makes one item when it is back', async () => {
    await using world = await startWorld({ database, process: 'child', env: { JOB_LEASE: '2s', CATCHUP_INTERVAL: '1d' } })
    const { graph } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.untilIdle()
    // The mail is being read when the process dies.
    const stall = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, stall: true })
    await graph.deliver(world.camille, aMail())
    await until(() => stall.seen() > 0 && graph.idle())
    expect(graph.notifications.entries.map(({ status }) => status)).toEqual([202])

    await world.server.kill()
    stall.clear()
    await world.server.start()

    await untilItems(api, board, 1)
    await world.untilIdle()
    expect(await itemsOf(api, board)).toHaveLength(1)
    expect((await runsOf(api)).map(({ outcome }) => outcome)).toEqual(['done'])
  })

  test('killed again and again under load, each mail becomes one item', async () => {
    await using world = await startWorld({ database, process: 'child', env: { JOB_LEASE: '2s' } })
    const { graph } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail })
    await world.untilIdle()
    graph.retry.baseMs = 100
    const subjects = Array.from({ length: 24 }, (_, index) => `Mail ${String(index + 1).padStart(2, '0')}`)

    for (const [index, subject] of subjects.entries()) {
      await graph.deliver(world.camille, aMail({ subject }), { notifications: 1 + (index % 3) })
      if (index % 8 !== 5) continue
      await until(() => graph.notifications.entries.length > index)
      await world.server.kill()
      await world.server.start()
    }

    await untilItems(api, board, subjects.length)
    await world.untilIdle()
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(subjects)
  })
})
