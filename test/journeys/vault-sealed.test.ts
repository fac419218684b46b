import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

async function withRecipe(world: World) {
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail })
  await world.untilIdle()
  return { api, board }
}

const readiness = async (world: World) => (await fetch(`${world.server.url}/readyz`)).status
const readyAnswer = async (world: World): Promise<unknown> => (await fetch(`${world.server.url}/readyz`)).json()

describe.each(databases)('on %s', (database) => {
  test('while Vault is sealed mails wait, and no connection is blamed', async () => {
    await using world = await startWorld({ database })
    const { api, board } = await withRecipe(world)
    const { vault, entra, graph } = world.sandbox

    vault.seal()
    entra.expireAccessTokens(world.camille)
    for (const number of [1, 2, 3]) await graph.deliver(world.camille, aMail({ subject: `Mail ${number}` }))
    await until(() => graph.idle())
    await until(async () => (await readiness(world)) === 503)
    expect(graph.notifications.entries.map(({ status }) => status)).toEqual([202, 202, 202])
    expect((await connectionOf(api))?.status).toBe('active')

    vault.unseal()
    await untilItems(api, board, 3)
    await world.untilIdle()
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['Mail 1', 'Mail 2', 'Mail 3'])
    expect((await connectionOf(api))?.status).toBe('active')
    await until(async () => (await readiness(world)) === 200)
  })

  test('a server that starts while Vault is sealed takes notifications, and treats them when it is open', async () => {
    await using world = await startWorld({ database })
    const { api, board } = await withRecipe(world)
    const { vault, graph } = world.sandbox

    vault.seal()
    vault.revokeTokens()
    await graph.deliver(world.camille, aMail({ subject: 'Before the restart' }))
    await until(() => graph.idle())
    await world.server.restart()
    await graph.deliver(world.camille, aMail({ subject: 'After the restart' }))
    await until(() => graph.idle())
    expect(graph.notifications.entries.map(({ status }) => status)).toEqual([202, 202])
    expect(await readiness(world)).toBe(503)
    expect(await readyAnswer(world)).toEqual({ status: 'waiting', waitingFor: [{ part: 'vault', reason: 'sealed' }] })
    expect((await fetch(`${world.server.url}/readyz?for=notifications`)).status).toBe(200)

    vault.unseal()
    await untilItems(api, board, 2)
    await world.untilIdle()
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['After the restart', 'Before the restart'])
    expect((await connectionOf(api))?.status).toBe('active')
  })
})
