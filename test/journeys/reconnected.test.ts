// What came while the mailbox was disconnected is caught up by itself; its owner sees how much, and may undo it.
import { describe, expect, test } from '@jest/globals'
import type { Api } from '../support/api-client.ts'
import { aMail, connectedWithMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

const microsoft = { params: { provider: 'microsoft' } } as const

const latestOf = async (api: Api) => (await api.call('readCatchUp', microsoft)).latest

/** One mail while connected; then the permission goes, one mail finds that out, and more come, told of or not. */
async function awayFor(world: World, untold: number) {
  const { api, board } = await connectedWithMail(world, { subject: 'Before' })
  world.sandbox.entra.revoke(world.camille)
  world.sandbox.entra.expireAccessTokens(world.camille)
  await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Away 1' }))
  await until(async () => (await connectionOf(api))?.status === 'needs-reconnect')
  await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Away 2' }))
  const last = Date.now()
  // A second apart, as Graph tells them apart; the newest is put there first.
  for (let number = 2 + untold; number > 2; number -= 1)
    await world.sandbox.graph.deliver(
      world.camille,
      aMail({ subject: `Away ${number}`, receivedAt: new Date(last + (number - 3) * 1000) }),
      { notifications: 0 },
    )
  await until(() => world.sandbox.graph.idle())
  return { api, board, last }
}

async function undoAll(api: Api) {
  const total = { undone: 0, kept: 0, calls: 0 }
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { undone, kept, next } = await api.call('undoCatchUp', { ...microsoft, body: cursor === undefined ? {} : { cursor } })
    total.undone += undone
    total.kept += kept
    total.calls += 1
    cursor = next
  }
  return total
}

describe.each(databases)('on %s', (database) => {
  test('reconnected, all that came meanwhile is treated, told, and undone on demand', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await awayFor(world, 21)
    expect(await latestOf(api)).toBeNull()

    await world.connect(world.camille)
    const done = await until(async () => {
      const latest = await latestOf(api)
      return latest?.listed && latest.treated === 23 ? latest : undefined
    })
    await world.untilIdle()
    expect(done).toMatchObject({ seen: 23, treated: 23 })
    expect(await latestOf(api)).toMatchObject({ runsDone: 23, runsUndone: 0 })
    expect(new Date(done.awaySince).getTime()).toBeLessThan(new Date(done.backAt).getTime())

    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'After' }))
    await untilItems(api, board, 25)
    await world.untilIdle()
    const touched = (await itemsOf(api, board)).find(({ name }) => name === 'Away 7')
    await api.call('changeItem', { params: { id: touched?.id ?? '' }, body: { name: 'Mine by now' } })

    expect(await undoAll(api)).toEqual({ undone: 22, kept: 1, calls: 2 })
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['After', 'Before', 'Mine by now'])
    expect(await latestOf(api)).toMatchObject({ seen: 23, treated: 23, runsDone: 1, runsUndone: 22 })
    expect(await undoAll(api)).toEqual({ undone: 0, kept: 1, calls: 1 })
  })

  test('of what was told meanwhile, the oldest come first', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await awayFor(world, 0)
    const told = ['Away 1', 'Away 2']
    for (let number = 3; number <= 100; number += 1) {
      told.push(`Away ${number}`)
      await world.sandbox.graph.deliver(world.camille, aMail({ subject: `Away ${number}` }))
      // Told one by one: what arrives in one breath has no order.
      await until(() => world.sandbox.graph.idle())
    }
    // One that is being tried when its owner comes back may come first.
    await world.untilIdle()
    await world.connect(world.camille)
    await untilItems(api, board, 101)

    const names = (await itemsOf(api, board))
      .toReversed()
      .toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt))
      .map(({ name }) => name)
    expect(names).toEqual(['Before', ...told])
  })

  test('who reconnects for new mails alone has nothing to catch up', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board, last } = await awayFor(world, 1)
    await until(() => Date.now() >= last + 1000)
    await world.connect(world.camille, { catchUp: 'none' })
    await world.untilIdle()
    expect(await latestOf(api)).toBeNull()
    expect((await itemsOf(api, board)).map(({ name }) => name)).toEqual(['Before'])
    expect(await undoAll(api)).toEqual({ undone: 0, kept: 0, calls: 1 })
  })
})
