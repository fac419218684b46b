import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a revoked permission is noticed, told once, and followed by silence until the owner connects again', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
    const { graph, entra } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await world.connect(world.yanis)
    const board = await aBoard(api)
    const recipe = await aRecipe(api, board, { conditions: everyMail })
    await aRecipe(world.api(world.yanis), await aBoard(world.api(world.yanis)))

    entra.revoke(world.camille)
    entra.expireAccessTokens(world.camille)
    await graph.deliver(world.camille, aMail({ subject: 'While revoked' }))
    const lost = await until(async () => {
      const connection = await connectionOf(api)
      return connection?.status === 'needs-reconnect' && connection
    })
    expect(lost.reason).not.toBeNull()
    expect((await api.call('readRecipe', { params: { id: recipe.id } })).paused).not.toBeNull()

    // Whatever was under way for her when the end was noticed has ended.
    await world.untilIdle()
    const mine = (person: string | null) => person === world.camille.objectId
    const rounds = () =>
      graph.ledger.entries.filter(({ person, path }) => person === world.yanis.objectId && path.endsWith('/messages')).length
    const callsBefore = graph.ledger.entries.filter(({ person }) => mine(person)).length
    const refreshesBefore = entra.ledger.entries.filter(({ grant, person }) => grant === 'refresh_token' && mine(person)).length
    const roundsBefore = rounds()
    await graph.deliver(world.camille, aMail({ subject: 'Still revoked' }))
    // Two rounds of catch-up for a colleague: time enough for a call that must not come.
    await until(() => rounds() >= roundsBefore + 2)
    expect(graph.ledger.entries.filter(({ person }) => mine(person))).toHaveLength(callsBefore)
    expect(entra.ledger.entries.filter(({ grant, person }) => grant === 'refresh_token' && mine(person))).toHaveLength(refreshesBefore)
    expect((await connectionOf(world.api(world.yanis)))?.status).toBe('active')

    await world.connect(world.camille)
    expect((await connectionOf(api))?.status).toBe('active')
    await untilItems(api, board, 2)
    await world.untilIdle()
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['Still revoked', 'While revoked'])
  })

  test('a wrong client secret is the operator’s matter: no connection is blamed', async () => {
    await using world = await startWorld({ database })
    const { graph, entra } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)

    // Counted for all that this process has been: those before are told apart.
    const alarms = async () => {
      const text = await (await fetch(`${world.server.url}/metrics`)).text()
      return [...text.matchAll(/^mailboard_alarms_total\{[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
    }
    const before = await alarms()
    entra.failClientSecret(true)
    entra.expireAccessTokens(world.camille)
    await graph.deliver(world.camille, aMail())
    await until(async () => (await alarms()) > before)
    expect((await connectionOf(api))?.status).toBe('active')

    entra.failClientSecret(false)
    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })
})
