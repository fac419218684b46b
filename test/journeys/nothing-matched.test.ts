// Of a mail that no recipe matches nothing is kept but its id, its times and the conditions that decided.
import { describe, expect, test } from '@jest/globals'
import { aBoard, activityOf, aMail, aRecipe, createItemOn, everyMail, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { dumpOf } from '../support/dump.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

const aSupplier = { name: 'Quentin Vasseur', address: 'quentin@zebra-supplier.example' }
const theMail = aMail({ subject: 'Zebra lunch', from: aSupplier, body: { contentType: 'text', content: 'A quagga for dessert' } })
const contains = (...values: string[]) => ({ all: [{ field: 'subject', operator: 'contains', values }] })

async function connected(world: World) {
  const api = world.api(world.camille)
  await world.connect(world.camille)
  return { api, board: await aBoard(api) }
}

describe.each(databases)('on %s', (database) => {
  test('nothing of what it says is in the database', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await connected(world)
    const recipes = []
    for (const word of ['invoice', 'facture']) recipes.push(await aRecipe(api, board, { name: word, conditions: contains(word) }))
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail)
    await until(async () => (await activityOf(api)).length === 1)
    await world.untilIdle()

    const [entry] = await activityOf(api)
    expect(entry).toMatchObject({ messageId: id, receivedAt: expect.any(String), mail: null, runs: [] })
    expect(entry?.notMatched.toSorted((a, b) => (a.recipeId < b.recipeId ? -1 : 1))).toEqual(
      recipes
        .map((recipe) => ({ recipeId: recipe.id, pointer: '/conditions/all/0' }))
        .toSorted((a, b) => (a.recipeId < b.recipeId ? -1 : 1)),
    )
    const { tables } = await api.call('exportMe')
    expect(tables['runs']).toEqual([])
    expect(tables['checks']).toMatchObject([{ message_id: id }])
    await world.server.stop()
    expect(await dumpOf(world.environment)).not.toMatch(/zebra|quentin|quagga/i)
    await world.server.start()
  })

  test('its owner reads its subject when they ask for it, and the access log says so', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await connected(world)
    await aRecipe(api, board, { conditions: contains('invoice') })
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail)
    await until(async () => (await activityOf(api)).length === 1)

    expect(await api.call('readSubject', { params: { id } })).toMatchObject({
      messageId: id,
      subject: 'Zebra lunch',
      from: expect.stringContaining('Quentin'),
    })
    const asked = (await api.call('listAccess')).items.filter(({ purpose }) => purpose.kind === 'subject')
    expect(asked.map(({ what }) => what).toSorted()).toEqual(['locate', 'read'])
    expect(asked.find(({ what }) => what === 'read')?.fields).not.toContain('body')

    world.sandbox.graph.remove(world.camille, id)
    expect(await api.problemOf('readSubject', { params: { id } })).toMatchObject({ status: 404, code: 'message-not-found' })
  })

  test('a mail that some match and some do not is one entry, with its runs and the others', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await connected(world)
    const taken = await aRecipe(api, board, { name: 'Takes all', conditions: everyMail, actions: [createItemOn(board)] })
    const other = await aRecipe(api, board, { name: 'Invoices', conditions: contains('invoice') })
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail, { notifications: 3 })
    await untilItems(api, board, 1)
    await world.untilIdle()

    expect(await activityOf(api)).toMatchObject([
      {
        messageId: id,
        mail: { subject: 'Zebra lunch' },
        runs: [{ recipeId: taken.id, outcome: 'done' }],
        notMatched: [{ recipeId: other.id }],
      },
    ])
    const insight = await api.call('readInsight', { params: { id } })
    expect(insight).toMatchObject({ runs: [{ recipeId: taken.id }], notMatched: [{ recipeId: other.id }] })
  })

  test('what a recipe has not matched it does not look at again, and one that comes later does', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
    const { api, board } = await connected(world)
    await aRecipe(api, board, { name: 'Invoices', conditions: contains('invoice') })
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail)
    await until(async () => (await activityOf(api)).length === 1)
    await world.untilIdle()
    const reads = () =>
      world.sandbox.graph.ledger.entries.filter(({ path }) => path.startsWith(`/me/mailFolders/inbox/messages/${id}`)).length
    const before = reads()
    await world.sandbox.graph.notify(world.camille, id)
    await world.untilIdle()

    expect(reads()).toBe(before)
    expect(await runsOf(api)).toEqual([])
    expect(await itemsOf(api, board)).toEqual([])
  })
})
