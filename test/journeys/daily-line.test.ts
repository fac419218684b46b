// Catching up proves itself: each day has a line for each mailbox, and whatever was seen is treated in the end.
import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const microsoft = { params: { provider: 'microsoft' } } as const

describe.each(databases)('on %s', (database) => {
  test('the line of the day says how many mails were seen, treated, and found although no notification told of them', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
    const api = world.api(world.camille)
    await world.connect(world.camille, { catchUp: 'none' })
    const board = await aBoard(api)
    await aRecipe(api, board)

    await world.sandbox.graph.deliver(world.camille, aMail())
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Lunch?' }))
    await world.untilIdle()
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Invoice untold' }), { notifications: 0 })
    await untilItems(api, board, 2)
    await world.untilIdle()

    const { items: days } = await api.call('listDays', microsoft)
    expect(days).toEqual([{ day: new Date().toISOString().slice(0, 10), seen: 3, treated: 3, open: 0, foundByListing: 1 }])
  })

  test('a mail that cannot be treated yet is open, and days begin where the clock of their owner says so', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille, { catchUp: 'none' })
    await aRecipe(api, await aBoard(api), { conditions: everyMail })
    world.sandbox.vault.seal()
    world.sandbox.entra.expireAccessTokens(world.camille)
    await world.sandbox.graph.deliver(world.camille, aMail())

    await until(async () => (await api.call('listDays', microsoft)).items[0]?.seen === 1)
    const { items: days } = await api.call('listDays', microsoft)
    expect(days).toMatchObject([{ seen: 1, treated: 0, open: 1 }])
    const { items: ahead } = await api.call('listDays', { ...microsoft, query: { utcOffset: '840' } })
    expect(ahead[0]?.day).toBe(new Date(Date.now() + 840 * 60_000).toISOString().slice(0, 10))

    world.sandbox.vault.unseal()
    await until(async () => (await api.call('listDays', microsoft)).items[0]?.treated === 1, 45_000)
  })

  test('without a connection there is no line', async () => {
    await using world = await startWorld({ database })
    expect(await world.api(world.camille).problemOf('listDays', microsoft)).toMatchObject({ code: 'connection-not-found' })
  })
})
