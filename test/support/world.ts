// A world for one test (see open-world.ts), with its own database. Stopping it fails if the server called a host that is not configured.
// `await using world = await startWorld({ database })` takes it down again, whatever happens.
import { afterEach } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { openTestDatabase, type TestDatabase } from './databases.ts'
import { connectMailbox, openWorld, untilSubscribed } from './open-world.ts'
import { configuredHosts } from './outgoing-hosts.ts'
import { type Role, startReplicas } from './replicas.ts'
import { allOf, startServerInside, startServerAsChild, type TestServer } from './test-server.ts'
import { until } from './until.ts'

export type WorldOptions = {
  database: TestDatabase
  env?: Record<string, string>
  /** A child can be killed; inside is quicker. */
  process?: 'inside' | 'child'
  /** Several servers instead of one, all of them children, behind a balancer. They need PostgreSQL. */
  replicas?: Role[]
  /** The server makes its tables itself, as at its very first start. */
  isFirstStart?: boolean
}

export type World = Awaited<ReturnType<typeof startWorld>>

const open = new Set<World>()

// A world that a test leaves open keeps its ports and its folder, and disturbs the next one.
afterEach(async () => {
  const left = [...open]
  for (const world of left) await world.stop()
  if (left.length > 0) throw new Error(`The test has left ${left.length} world(s) open: use \`await using\`.`)
})

export async function startWorld({ database, env = {}, process: place = 'inside', replicas: roles, isFirstStart }: WorldOptions) {
  const storage = await openTestDatabase(database, { isEmpty: isFirstStart })
  const startServers = async (url: string, environment: Record<string, string>) => {
    if (roles === undefined) {
      const server = await (place === 'inside' ? startServerInside : startServerAsChild)(url, environment)
      return { server, replicas: [server], stop: server.stop }
    }
    const { replicas, stopBalancer } = await startReplicas(url, roles, (own, settings) =>
      startServerAsChild(own, { ...environment, ...settings }),
    )
    const server = allOf(url, replicas, stopBalancer)
    return { server, replicas, stop: server.stop }
  }
  const opened = await openWorld({ storage, settings: { ...usualSettings, ...env }, startServers })
  const { sandbox, environment, people, api, servers } = opened
  const { server, replicas } = servers
  await haveKeysFetched(server)

  const world = {
    sandbox,
    server,
    /** Where there are several, each of them; `server` is all of them at once, reached through the balancer. */
    replicas,
    environment,
    ...people,
    api: (person: Person, at: Pick<TestServer, 'url'> = server) => api(person, at.url),
    connect: (person: Person, how: { catchUp?: 'all' | 'none' } = {}) => connectMailbox(sandbox, api(person), person, how),
    untilSubscribed: (person: Person) => untilSubscribed(sandbox, api(person), person),
    /** Until nothing is posted, queued or under way any more. */
    async untilIdle(timeoutMs = 240_000): Promise<void> {
      await until(() => sandbox.graph.idle(), timeoutMs)
      await until(async () => (await server.openJobs()) === 0 && sandbox.graph.idle(), timeoutMs)
    },
    async stop(): Promise<void> {
      open.delete(world)
      await opened.stop()
      const foreign = server.hosts().filter((host) => !configuredHosts(environment).includes(host))
      if (foreign.length > 0) throw new Error(`The server has asked hosts that its configuration does not name: ${foreign.join(', ')}`)
    },
    [Symbol.asyncDispose]: () => world.stop(),
  }
  open.add(world)
  return world
}

/** Who asks for readiness has the keys of Entra fetched. Where they do not come, callers are told when to come again (see api-client.ts). */
async function haveKeysFetched({ url }: Pick<TestServer, 'url'>): Promise<void> {
  await (await fetch(`${url}/readyz`)).body?.cancel()
}

/** Short waits, so that what the server does after a pause is seen soon. */
const usualSettings = { LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal', RETRY_BASE: '50ms' }
