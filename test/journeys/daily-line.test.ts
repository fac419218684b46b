// Catching up proves itself: each day has a line for each mailbox, and whatever was seen is treated in the end.
import { describe, expect, test } from '@jest/globals'
import type { Api } from '../support/api-client.ts'
import { aBoard, aMail, aRecipe, everyMail, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const microsoft = { params: { provider: 'microsoft' } } as const

/** Where it is about noon, so that no midnight comes between; and where it is well within another day. */
const hour = new Date().getUTCHours()
const atNoon = (12 - hour) * 60
const onAnotherDay = hour >= 12 ? atNoon + 780 : atNoon - 840
const days = async (api: Api, utcOffset: number) =>
  (await api.call('listDays', { ...microsoft, query: { utcOffset: String(utcOffset) } })).items
const dayAt = (utcOffset: number) => new Date(Date.now() + utcOffset * 60_000).toISOString().slice(0, 10)

describe.each(databases)('on %s', (database) => {
  test('the line of the day says how many mails were seen, treated, and found although no notification told of them', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille, { catchUp: 'none' })
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.untilIdle()

    await world.sandbox.graph.deliver(world.camille, aMail())
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Lunch?' }))
    await world.untilIdle()
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Invoice untold' }), { notifications: 0 })
    // Listed now and at no other time: a listing that is quicker than a notification finds what it tells of.
    world.sandbox.graph.lifecycle(world.camille, 'missed')
    await untilItems(api, board, 2)
    await world.untilIdle()

    expect(await days(api, atNoon)).toEqual([{ day: dayAt(atNoon), seen: 3, treated: 3, open: 0, foundByListing: 1 }])
  })

  test('a mail that cannot be treated yet is open, and days begin where the clock of their owner says so', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille, { catchUp: 'none' })
    await aRecipe(api, await aBoard(api), { conditions: everyMail })
    world.sandbox.vault.seal()
    world.sandbox.entra.expireAccessTokens(world.camille)
    await world.sandbox.graph.deliver(world.camille, aMail())

    await until(async () => (await days(api, atNoon))[0]?.seen === 1)
    expect(await days(api, atNoon)).toMatchObject([{ day: dayAt(atNoon), seen: 1, treated: 0, open: 1 }])
    expect(dayAt(onAnotherDay)).not.toBe(dayAt(atNoon))
    expect((await days(api, onAnotherDay))[0]?.day).toBe(dayAt(onAnotherDay))

    world.sandbox.vault.unseal()
    await until(async () => (await days(api, atNoon))[0]?.treated === 1)
  })

  test('without a connection there is no line', async () => {
    await using world = await startWorld({ database })
    expect(await world.api(world.camille).problemOf('listDays', microsoft)).toMatchObject({ code: 'connection-not-found' })
  })
})
