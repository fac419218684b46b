import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, runsOf } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld, type World } from '../support/world.ts'

const forgeries = [
  ['a wrong clientState', { clientState: 'A'.repeat(43) }],
  ['no clientState', { clientState: null }],
  ['a clientState of another kind', { clientState: { toString: 'x' } }],
  ['an unknown subscription and a wrong clientState', { subscriptionId: '00000000-0000-4000-8000-000000000001', clientState: 'guess' }],
] as const

/** Counted for all that this process has been. */
async function refusedBy({ server }: World): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const counted = text.matchAll(/^mailboard_notifications_total\{verdict="(?:unknown-subscription|wrong-client-state)"\} (\d+)/gm)
  return [...counted].reduce((sum, [, count]) => sum + Number(count), 0)
}

describe.each(databases)('on %s', (database) => {
  test('forged notifications are answered like genuine ones and keep nothing', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await aRecipe(api, await aBoard(api))
    await world.untilIdle()
    const { graph } = world.sandbox
    const { id } = await graph.deliver(world.camille, aMail(), { notifications: 0 })
    await world.untilIdle()
    graph.ledger.clear()
    const before = await refusedBy(world)

    for (const [name, overrides] of forgeries) {
      const statuses = await graph.notify(world.camille, id, { overrides: { ...overrides } })
      expect({ name, statuses: statuses.map((status) => [202, 400].includes(status)) }).toEqual({ name, statuses: [true] })
    }
    await world.untilIdle()

    expect(graph.ledger.entries).toEqual([])
    expect(await runsOf(api)).toEqual([])
    expect(await refusedBy(world)).toBeGreaterThan(before)
  })

  test('of a batch with one genuine notification that one is kept', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    const { graph } = world.sandbox
    const { id } = await graph.deliver(world.camille, aMail(), { notifications: 0 })
    const [subscription] = graph.subscriptions(world.camille)
    const genuine = {
      subscriptionId: subscription!.id,
      subscriptionExpirationDateTime: subscription!.expiresAt.toISOString(),
      changeType: 'created',
      resource: `Users/${world.camille.objectId}/Messages/${id}`,
      resourceData: { '@odata.type': '#Microsoft.Graph.Message', id },
      clientState: subscription!.clientState,
      tenantId: world.camille.tenantId,
    }
    const forged = { ...genuine, clientState: 'guess' }

    expect(await graph.post(`${world.server.url}/graph/notifications`, { value: [forged, genuine, forged] })).toBe(202)
    await world.untilIdle()

    expect((await runsOf(api)).map(({ outcome }) => outcome)).toEqual(['done'])
  })
})
