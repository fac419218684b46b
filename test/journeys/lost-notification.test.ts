import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a mail whose notification is lost is caught up', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)

    await world.sandbox.graph.deliver(world.camille, aMail(), { notifications: 0 })

    expect((await untilItems(api, board, 1)).map(({ name }) => name)).toEqual(['Invoice 2026-118'])
    expect(world.sandbox.graph.notifications.entries).toEqual([])
  })

  test('Graph says that it missed some: they are listed at once', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.untilIdle()
    await world.sandbox.graph.deliver(world.camille, aMail(), { notifications: 0 })

    world.sandbox.graph.lifecycle(world.camille, 'missed')

    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })

  test('what came while the server was down is caught up at its start, each once, oldest first', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail })
    await world.server.stop()
    const subjects = Array.from({ length: 40 }, (_, index) => `Mail ${index}`)
    for (const [index, subject] of subjects.entries()) {
      const receivedAt = new Date(Date.now() + index * 1000)
      await world.sandbox.graph.deliver(world.camille, aMail({ subject, receivedAt }), { notifications: 0 })
    }

    await world.server.start()

    await untilItems(api, board, subjects.length)
    await world.untilIdle()
    expect((await itemsOf(api, board)).map(({ name }) => name).toReversed()).toEqual(subjects)
  })

  test('a catch-up lists ids alone, in the Inbox alone', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    world.sandbox.graph.ledger.clear()
    await world.sandbox.graph.deliver(world.camille, aMail(), { notifications: 0 })
    await untilItems(api, board, 1)

    const lists = world.sandbox.graph.ledger.entries.filter(({ path }) => path.endsWith('/messages'))
    expect(lists.length).toBeGreaterThan(0)
    for (const { path, query } of lists) {
      expect(path).toMatch(/^\/me\/mailFolders\/inbox\/messages$/i)
      expect((query['$select'] ?? '').split(',').every((name) => ['id', 'receivedDateTime'].includes(name))).toBe(true)
    }
  })
})
