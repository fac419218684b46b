import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('an undo takes back what nobody has touched, and names the rest with its reason', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    const [mine, theirs] = [world.api(world.camille), world.api(world.yanis)]
    const own = [await aBoard(mine), await aBoard(mine, { visibility: 'tenant' })] as const
    const lent = await aBoard(theirs, { visibility: 'tenant' })
    const boards = [...own, lent, await aBoard(mine)]
    await aRecipe(mine, own[0], { conditions: everyMail, actions: boards.map((board) => createItemOn(board)) })
    await world.sandbox.graph.deliver(world.camille, aMail())
    await untilItems(mine, boards[3]!, 1)
    await world.untilIdle()
    const [run] = await runsOf(mine)
    const [changed, addedTo] = await Promise.all(own.map(async (board) => (await itemsOf(mine, board))[0]!))
    await mine.call('changeItem', { params: { id: changed!.id }, body: { name: 'Mine now' } })
    await theirs.call('createUpdate', { params: { id: addedTo!.id }, body: { body: 'I am on it' } })
    await theirs.call('changeBoard', { params: { id: lent.id }, body: { visibility: 'private' } })

    const undone = await mine.call('undoRun', { params: { id: run!.id } })
    expect(undone.notUndone).toEqual([
      { pointer: '/actions/0', code: 'touched', detail: expect.any(String) },
      { pointer: '/actions/1', code: 'added-to', detail: expect.any(String) },
      { pointer: '/actions/2', code: 'not-shared', detail: expect.any(String) },
    ])
    expect(undone.actions.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'undone'])
    expect(undone.reason.code).toBe('done')
    expect(await itemsOf(mine, boards[3]!)).toEqual([])
    expect(await itemsOf(theirs, lent)).toHaveLength(1)

    // Nothing of the rest can be taken back: nothing changes, and each reason is there.
    const again = await mine.problemOf('undoRun', { params: { id: run!.id } })
    expect(again).toMatchObject({ status: 409, code: 'nothing-to-undo' })
    expect(again.errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/actions/0', 'touched'],
      ['/actions/1', 'added-to'],
      ['/actions/2', 'not-shared'],
    ])
    await mine.call('deleteItem', { params: { id: changed!.id } })
    await mine.call('deleteItem', { params: { id: addedTo!.id } })
    await theirs.call('deleteBoard', { params: { id: lent.id } })
    // What others have deleted is undone.
    expect(await mine.call('undoRun', { params: { id: run!.id } })).toMatchObject({ notUndone: [], reason: { code: 'undone' } })
  })

  test('two undos of one run at once: one is done, the other finds nothing', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    const api = world.api(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail })
    await world.sandbox.graph.deliver(world.camille, aMail())
    await untilItems(api, board, 1)
    await world.untilIdle()
    const [run] = await runsOf(api)
    const replies = await Promise.all([1, 2, 3].map(() => api.request('POST', `/api/runs/${run!.id}/undo`)))
    expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409, 409])
  })
})
