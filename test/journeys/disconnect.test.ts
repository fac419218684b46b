import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { connectionOf, startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('disconnecting leaves no subscription, no token and no work, with a receipt; the items stay', async () => {
    await using world = await startWorld({ database })
    const { graph, vault } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await graph.deliver(world.camille, aMail())
    await untilItems(api, board, 1)
    await world.untilIdle()
    expect(vault.tokenPaths()).toHaveLength(1)

    const { receiptId } = await api.call('disconnect', { params: { provider: 'microsoft' } })
    const receipt = await until(async () => {
      const found = await api.call('readReceipt', { params: { id: receiptId } })
      return found.finishedAt && found
    })

    expect(receipt.parts.map(({ part, state }) => [part, state])).toEqual(
      expect.arrayContaining([
        ['subscription', 'removed'],
        ['tokens', 'removed'],
      ]),
    )
    expect(receipt.parts.filter(({ state }) => state === 'to-go')).toEqual([])
    expect(vault.paths()).toEqual([])
    expect(graph.subscriptions(world.camille)).toEqual([])
    expect(await connectionOf(api)).toBeUndefined()
    expect(await itemsOf(api, board)).toHaveLength(1)

    graph.ledger.clear()
    const { id } = await graph.deliver(world.camille, aMail({ subject: 'Invoice afterwards' }))
    await world.untilIdle()
    expect(graph.ledger.entries).toEqual([])
    expect(id).toBeTruthy()
  })

  test('with Vault sealed the receipt says what is still to go, and it goes when Vault is open', async () => {
    await using world = await startWorld({ database })
    const { vault } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await world.untilIdle()

    vault.seal()
    const { receiptId } = await api.call('disconnect', { params: { provider: 'microsoft' } })
    const before = await api.call('readReceipt', { params: { id: receiptId } })
    expect(before.finishedAt).toBeNull()

    vault.unseal()
    await until(async () => (await api.call('readReceipt', { params: { id: receiptId } })).finishedAt, 45_000)
    expect(vault.paths()).toEqual([])
  })
})
