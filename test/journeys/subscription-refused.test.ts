import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test.each([403, 404])('a %d at subscribing is shown, survives a restart, and is over as soon as Graph grants it', async (status) => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { sandbox, camille } = world
    const api = world.api(camille)
    sandbox.entra.grant(camille, ['Mail.Read', 'User.Read'])
    const refusal = sandbox.misbehave('graph', { match: { method: 'POST', path: /\/subscriptions$/ }, status })

    const connected = await api.call('connectMicrosoft', { body: { permissions: ['mail.read'] } })
    expect(connected).toMatchObject({ status: 'active', subscription: null, reason: { code: 'subscription-refused' } })
    await until(() => refusal.seen() >= 3)
    await world.server.restart()
    const seen = refusal.seen()
    await until(() => refusal.seen() > seen)
    expect(await connectionOf(api)).toMatchObject({ status: 'active', subscription: null, reason: { params: { status: String(status) } } })

    refusal.clear()
    await world.untilSubscribed(camille)
    expect(await connectionOf(api)).toMatchObject({ status: 'active', reason: null })
    const board = await aBoard(api)
    await aRecipe(api, board)
    await sandbox.graph.deliver(camille, aMail())
    expect(await untilItems(api, board, 1)).toHaveLength(1)
    expect(sandbox.graph.subscriptions(camille)).toHaveLength(1)
  })
})
