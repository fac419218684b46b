import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, createItemOn, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld, type World } from '../support/world.ts'

async function withRecipe(world: World) {
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, { actions: [createItemOn(board, { update: '{{ message.body.html }}' })] })
  await world.untilIdle()
  world.sandbox.graph.ledger.clear()
  return { api, board }
}

/** What was read of single messages: their path, and the fields asked for. */
const readsOf = (world: World) =>
  world.sandbox.graph.ledger.entries
    .filter(({ method, path }) => method === 'GET' && /\/messages\/./.test(path))
    .map(({ path, query }) => ({
      inInbox: /mailFolders\/inbox/i.test(path),
      fields: (query['$select'] ?? 'all').split(',').toSorted().join(),
    }))

describe.each(databases)('on %s', (database) => {
  test.each(['junkemail', 'deleteditems', 'sentitems', 'archive'])(
    'a mail in %s is skipped, and nothing but its folder is read',
    async (folder) => {
      await using world = await startWorld({ database })
      const { api, board } = await withRecipe(world)
      const { id } = await world.sandbox.graph.deliver(world.camille, aMail(), { folder })

      expect(await world.sandbox.graph.notify(world.camille, id)).toEqual([202])
      await world.untilIdle()

      expect(await itemsOf(api, board)).toEqual([])
      expect(await runsOf(api)).toMatchObject([
        { outcome: 'skipped', reason: { code: 'not-in-inbox' }, message: { subject: '', from: '' } },
      ])
      for (const read of readsOf(world)) expect(read).toEqual({ inInbox: false, fields: 'id,parentFolderId' })
    },
  )

  test('a mail deleted before it is fetched is skipped unread, and becomes an item when it comes back', async () => {
    await using world = await startWorld({ database })
    const { api, board } = await withRecipe(world)
    const { graph } = world.sandbox
    graph.hold()
    const { id } = await graph.deliver(world.camille, aMail())
    graph.move(world.camille, id, 'deleteditems')
    graph.release()
    await world.untilIdle()

    expect(await itemsOf(api, board)).toEqual([])
    expect(await runsOf(api)).toMatchObject([{ outcome: 'skipped', reason: { code: 'not-in-inbox' } }])
    for (const read of readsOf(world)) expect(read).toEqual({ inInbox: false, fields: 'id,parentFolderId' })

    graph.move(world.camille, id, 'inbox')
    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })

  test('a mail that is gone for good ends as skipped', async () => {
    await using world = await startWorld({ database })
    const { api, board } = await withRecipe(world)
    const { graph } = world.sandbox
    graph.hold()
    const { id } = await graph.deliver(world.camille, aMail())
    graph.remove(world.camille, id)
    graph.release()
    await world.untilIdle()

    expect(await itemsOf(api, board)).toEqual([])
    expect(await runsOf(api)).toMatchObject([{ outcome: 'skipped', reason: { code: 'message-gone' } }])
  })

  test('a mail that cannot be found at first, since Graph is slow, becomes an item all the same', async () => {
    await using world = await startWorld({ database })
    const { api, board } = await withRecipe(world)
    world.sandbox.misbehave('graph', { match: { method: 'GET', path: /\/messages\/A/ }, status: 404, times: 2 })

    await world.sandbox.graph.deliver(world.camille, aMail())

    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })
})
