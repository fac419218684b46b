// Every world that a test starts notes to which hosts its server opens connections, and fails when its configuration does
// not name one of them. Here: that it does.
import { describe, expect, test } from '@jest/globals'
import { connectedWithMail } from '../support/builders.ts'
import { startCanaryHost } from '../support/canary-host.ts'
import { databases } from '../support/databases.ts'
import { configuredHosts } from '../support/outgoing-hosts.ts'
import { startWorld } from '../support/world.ts'

const hostOf = (url: string) => new URL(url).host

const places = databases.flatMap((database) => (['inside', 'child'] as const).map((place) => ({ database, place })))

describe.each(places)('a server $place on $database', ({ database, place }) => {
  test('asks no other hosts than those of its configuration: Entra, Graph, Vault and the database', async () => {
    await using world = await startWorld({ database, process: place })
    await connectedWithMail(world)
    const asked = world.server.hosts()
    expect(asked).toContain(hostOf(world.sandbox.url))
    expect(asked.filter((host) => !configuredHosts(world.environment).includes(host))).toEqual([])
    const storage = world.environment['DATABASE_URL']
    if (storage !== undefined) expect(asked).toContain(hostOf(storage))
  })
})

test.each(['inside', 'child'] as const)('a host that the configuration of a server %s does not name is noticed', async (place) => {
  await using other = await startCanaryHost()
  const world = await startWorld({ database: 'pglite', process: place, env: { GRAPH_URL: `${other.url}/v1.0` } })
  world.sandbox.entra.grant(world.camille, ['Mail.Read', 'User.Read'])
  await world.api(world.camille).request('POST', '/api/connections/microsoft', { body: { permissions: ['mail.read'] } })
  expect(other.asked.length).toBeGreaterThan(0)
  world.environment['GRAPH_URL'] = world.sandbox.url
  await expect(world.stop()).rejects.toThrow(hostOf(other.url))
})
