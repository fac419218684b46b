import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, anAdministrator, createItemOn, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a second tenant, and a colleague without access, see nothing', async () => {
    await using world = await startWorld({ database })
    const mine = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(mine)
    const recipe = await aRecipe(mine, board, {
      actions: [createItemOn(board, { update: '{{ message.body.html }}', attachments: 'files' })],
    })
    const { id: messageId } = await world.sandbox.graph.deliver(
      world.camille,
      aMail({ attachments: [{ name: 'canary.txt', contentType: 'text/plain', content: Buffer.from('canary') }] }),
    )
    const [item] = await untilItems(mine, board, 1)
    await world.untilIdle()
    const [run] = await runsOf(mine)
    const { items: updates } = await mine.call('listUpdates', { params: { id: item!.id } })
    const fileId = updates[0]!.files[0]!.id
    const version = { 'if-match': '"1"' }

    for (const stranger of [world.yanis, world.ruth]) {
      const theirs = world.api(stranger)
      expect((await theirs.call('listBoards')).items).toEqual([])
      expect((await theirs.call('listRecipes')).items).toEqual([])
      expect((await theirs.call('listRuns')).items).toEqual([])
      expect(await theirs.call('listConnections')).toEqual([])
      expect(await theirs.call('readInsight', { params: { id: messageId } }).catch(() => ({ items: [], runs: [] }))).toMatchObject({
        items: [],
        runs: [],
      })

      const refusals = [
        await theirs.problemOf('readBoard', { params: { id: board.id } }),
        await theirs.problemOf('changeBoard', { params: { id: board.id }, body: { name: 'Taken' }, headers: version }),
        await theirs.problemOf('deleteBoard', { params: { id: board.id }, headers: version }),
        await theirs.problemOf('listItems', { params: { id: board.id } }),
        await theirs.problemOf('createItem', { params: { id: board.id }, body: { name: 'Planted' } }),
        await theirs.problemOf('readItem', { params: { id: item!.id } }),
        await theirs.problemOf('changeItem', { params: { id: item!.id }, body: { name: 'Taken' }, headers: version }),
        await theirs.problemOf('deleteItem', { params: { id: item!.id }, headers: version }),
        await theirs.problemOf('listUpdates', { params: { id: item!.id } }),
        await theirs.problemOf('createUpdate', { params: { id: item!.id }, body: { body: 'Planted' } }),
        await theirs.problemOf('createTicket', { params: { id: fileId } }),
        await theirs.problemOf('readRecipe', { params: { id: recipe.id } }),
        await theirs.problemOf('replaceRecipe', { params: { id: recipe.id }, body: recipeBody(board), headers: version }),
        await theirs.problemOf('deleteRecipe', { params: { id: recipe.id }, headers: version }),
        await theirs.problemOf('disableRecipe', { params: { id: recipe.id } }),
        await theirs.problemOf('readRun', { params: { id: run!.id } }),
        await theirs.problemOf('retryRun', { params: { id: run!.id } }),
        await theirs.problemOf('undoRun', { params: { id: run!.id } }),
      ]
      expect(refusals.map(({ status }) => status)).toEqual(refusals.map(() => 404))
      const onMine = await theirs.request('POST', '/api/recipes', { body: recipeBody(board) })
      expect([404, 422]).toContain(onMine.status)
    }
    expect(await mine.call('readBoard', { params: { id: board.id } })).toMatchObject({ name: board.name })
    expect(await mine.call('readItem', { params: { id: item!.id } })).toMatchObject({ name: item!.name })
  })

  test('a board for the organisation is seen by a colleague, and by no other tenant', async () => {
    await using world = await startWorld({ database })
    const board = await aBoard(world.api(world.camille), { visibility: 'tenant' })

    expect((await world.api(world.yanis).call('readBoard', { params: { id: board.id } })).name).toBe(board.name)
    expect(await world.api(world.ruth).problemOf('readBoard', { params: { id: board.id } })).toMatchObject({
      status: 404,
      code: 'board-not-found',
    })
    expect((await world.api(world.ruth).call('listBoards')).items).toEqual([])
  })

  test('a policy limits who creates recipes', async () => {
    await using world = await startWorld({ database, env: {} })
    const admin = anAdministrator(world)
    const mine = world.api(world.camille)
    const board = await aBoard(mine)
    expect(await mine.problemOf('writePolicy', { body: { createRecipes: 'admins' } })).toMatchObject({ status: 403 })

    await world.api(admin).call('writePolicy', { body: { createRecipes: 'admins' } })

    expect(await mine.problemOf('createRecipe', { body: recipeBody(board) })).toMatchObject({ status: 403, code: 'not-allowed-by-policy' })
    expect((await mine.call('readMe')).can).toEqual({ createRecipes: false, administer: false })
    const others = world.api(world.ruth)
    expect((await others.call('readMe')).can.createRecipes).toBe(true)
  })
})
