import { describe, expect, test } from '@jest/globals'
import type { Api } from '../support/api-client.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, itemsOf, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

const aDraft = (subject = 'Invoice, not finished') => aMail({ subject, isDraft: true })

async function withRecipe(world: World) {
  const api = world.api(world.camille)
  await world.connect(world.camille, { catchUp: 'none' })
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail })
  await world.untilIdle()
  return { api, board }
}

const seenToday = async (api: Api) =>
  (await api.call('listDays', { params: { provider: 'microsoft' } })).items.reduce((sum, { seen }) => sum + seen, 0)

const readsOf = (world: World, id: string) =>
  world.sandbox.graph.ledger.entries.filter(({ path }) => path === `/me/mailFolders/inbox/messages/${id}`)

describe.each(databases)('Drafts are no mails, on %s', (database) => {
  test('a draft in the Inbox that is notified becomes no item and no run, and is not counted as seen', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)

    await world.sandbox.graph.deliver(world.camille, aDraft(), { notifications: 3 })
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Invoice, sent' }))
    await untilItems(api, board, 1)
    await world.untilIdle()

    expect((await itemsOf(api, board)).map(({ name }) => name)).toEqual(['Invoice, sent'])
    expect(await runsOf(api)).toMatchObject([{ message: { subject: 'Invoice, sent' } }])
    expect(await seenToday(api)).toBe(1)
  })

  test('a draft that a catch-up lists, and lists again, becomes nothing', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
    const { api, board } = await withRecipe(world)
    const { id } = await world.sandbox.graph.deliver(world.camille, aDraft(), { notifications: 0 })

    await until(() => readsOf(world, id).length >= 2)

    expect(await itemsOf(api, board)).toEqual([])
    expect(await runsOf(api)).toEqual([])
  })

  test('a draft that is moved into the Inbox becomes nothing', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    const { id } = await world.sandbox.graph.deliver(world.camille, aDraft(), { folder: 'drafts' })
    world.sandbox.graph.move(world.camille, id, 'inbox')
    await until(() => readsOf(world, id).length > 0)
    await world.untilIdle()

    expect(await itemsOf(api, board)).toEqual([])
    expect(await runsOf(api)).toEqual([])
  })

  test('what was a draft becomes an item once it is a mail', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    const { id } = await world.sandbox.graph.deliver(world.camille, aDraft())
    await until(() => readsOf(world, id).length > 0)
    await world.untilIdle()

    world.sandbox.graph.mailbox(world.camille).message(id)!.isDraft = false
    await world.sandbox.graph.notify(world.camille, id)

    expect(await untilItems(api, board, 1)).toMatchObject([{ name: 'Invoice, not finished' }])
  })

  test('a recipe is not tried on a draft, and a click on one does nothing', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    const { id, ordinaryId } = await world.sandbox.graph.deliver(world.camille, aDraft())
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Invoice, sent' }))
    await untilItems(api, board, 1)

    const recipe = recipeBody(board)
    const latest = await api.call('tryRecipe', { body: { recipe, message: { latest: 10 } } })
    expect(latest.results.map(({ message }) => message.subject)).toEqual(['Invoice, sent'])
    const refused = { status: 409, body: { code: 'not-in-inbox' } }
    const body = { recipe, message: { id: ordinaryId } }
    expect(await api.request('POST', '/api/recipes/try', { body })).toMatchObject(refused)
    const click = { body: { action: createItemOn(board) } }
    expect(await api.request('POST', `/api/messages/${id}/actions`, click)).toMatchObject(refused)
    expect(await itemsOf(api, board)).toHaveLength(1)
  })
})
