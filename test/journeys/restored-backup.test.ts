import { describe, expect, test } from '@jest/globals'
import { backUp, makeAllDue } from '../support/backup.ts'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { verifyAccessLog } from '../support/verify-access-log.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a database restored beside an empty Vault asks everybody to connect again, and then nothing is lost or doubled', async () => {
    await using world = await startWorld({ database })
    const { graph, vault } = world.sandbox
    const deliver = (subject: string, delivery = {}) => graph.deliver(world.camille, aMail({ subject }), delivery)
    const apis = [world.api(world.camille), world.api(world.yanis)] as const
    const [api] = apis
    await world.connect(world.camille)
    // Nothing is ever fetched for somebody without a recipe.
    await world.connect(world.yanis)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail })
    await deliver('Before 1')
    await deliver('Before 2')
    await untilItems(api, board, 2)
    await world.untilIdle()
    using backup = await backUp(world)
    await deliver('After the backup')
    await untilItems(api, board, 3)
    await world.untilIdle()

    await world.server.stop()
    await backup.restore()
    vault.empty()
    await deliver('While it was down', { notifications: 0 })
    const keyless = await verifyAccessLog(world)
    expect(keyless.output).toContain('NOT CHECKED: Vault has no key for it')
    expect(keyless.output).toContain('0 whole, 0 broken, 0 ended, 2 without a key')
    expect(keyless.code).toBe(2)
    await makeAllDue(world)
    await world.server.start()

    for (const each of apis) {
      const lost = await until(async () => {
        const connection = await connectionOf(each)
        return connection?.status === 'needs-reconnect' && connection
      })
      expect(lost.reason).toEqual({ code: 'tokens-missing', params: {} })
    }
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['Before 1', 'Before 2'])

    await world.connect(world.camille)
    await world.connect(world.yanis)
    await untilItems(api, board, 4)
    await deliver('Afterwards')
    await untilItems(api, board, 5)
    await world.untilIdle()
    const names = (await itemsOf(api, board)).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['After the backup', 'Afterwards', 'Before 1', 'Before 2', 'While it was down'])

    await world.server.stop()
    const afterwards = await verifyAccessLog(world)
    expect(afterwards.output).toContain('2 whole, 0 broken, 2 ended')
    expect(afterwards.code).toBe(0)
    await world.server.start()
  })

  test('an old backup beside a Vault that is whole: what is missing is made again, once, and the pane sees that its log was put back', async () => {
    await using world = await startWorld({ database })
    const { graph } = world.sandbox
    const deliver = (subject: string) => graph.deliver(world.camille, aMail({ subject }))
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail })
    await deliver('Kept')
    await untilItems(api, board, 1)
    await world.untilIdle()
    using backup = await backUp(world)

    await deliver('Made and lost')
    const moved = await deliver('Made, lost and moved')
    await untilItems(api, board, 3)
    await world.connect(world.yanis)
    await world.untilIdle()
    const [lastSeen] = (await api.call('listAccess')).items.flatMap(({ head }) => head ?? [])
    graph.move(world.camille, moved.id, 'archive')

    await world.server.stop()
    await backup.restore()
    const older = await verifyAccessLog(world)
    expect(older.output).toMatch(/the database is older than Vault’s anchor: \d+ links are missing/)
    expect(older.code).toBe(1)
    const accepted = await verifyAccessLog(world, '--accept-restored')
    expect(accepted.output).toContain('0 whole, 0 broken, 0 ended, 1 accepted as restored')
    expect((await verifyAccessLog(world)).output).toContain('1 whole, 0 broken, 0 ended')
    await makeAllDue(world)
    await world.server.start()

    await untilItems(api, board, 2)
    await world.untilIdle()
    // What has left the Inbox meanwhile is not fetched.
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['Kept', 'Made and lost'])
    expect((await connectionOf(api))?.status).toBe('active')
    expect((await api.call('listAccess', { query: { known: String(lastSeen) } })).known).toBe(false)

    // Nobody knows any more of a mailbox that was connected after the backup; its subscription at Graph is taken over.
    expect(await connectionOf(world.api(world.yanis))).toBeUndefined()
    await world.connect(world.yanis)
    await world.untilIdle()
    expect(graph.subscriptions(world.yanis)).toHaveLength(1)
  })
})
