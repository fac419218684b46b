// A world to test in: the sandbox, a database of its own and the real server between them, configured by its environment alone.
// `await using world = await startWorld({ database })` takes it down again, whatever happens.
import { afterEach } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { apiClient, type Api } from './api-client.ts'
import { openTestDatabase, type TestDatabase } from './databases.ts'
import { freePort } from './free-port.ts'
import { configuredHosts } from './outgoing-hosts.ts'
import { type Role, startReplicas } from './replicas.ts'
import { startServerInside, startServerAsChild, type TestServer } from './test-server.ts'
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
  const sandbox = await startSandbox()
  const storage = await openTestDatabase(database, { isEmpty: isFirstStart })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const environment: Record<string, string> = {
    ...usualSettings,
    ...sandbox.environment(url),
    PORT: String(port),
    HOST: '127.0.0.1',
    ...storage.env,
    ...env,
  }
  const starting = roles ? startReplicas(url, environment, roles) : startOne(place, url, environment)
  const { all: server, replicas } = await starting.catch(async (error: unknown) => {
    await sandbox.stop()
    await storage.drop()
    throw error
  })
  await haveKeysFetched(server)
  const [camille, yanis, ruth] = usualPeople(sandbox)

  const world = {
    sandbox,
    server,
    /** Where there are several, each of them; `server` is all of them at once, reached through the balancer. */
    replicas,
    environment,
    /** Whose mailbox it is; a colleague of hers; somebody of another organisation. */
    camille,
    yanis,
    ruth,
    api: (person: Person, at: Pick<TestServer, 'url'> = server): Api => apiClient(at.url, () => sandbox.entra.accessToken(person)),
    /** The mailbox connected and its subscription in place, consent having been given. */
    async connect(person: Person, { catchUp }: { catchUp?: 'all' | 'none' } = {}): Promise<void> {
      sandbox.entra.grant(person, ['Mail.Read', 'User.Read'])
      await world.api(person).call('connectMicrosoft', { body: { permissions: ['mail.read'], ...(catchUp ? { catchUp } : {}) } })
      await world.untilSubscribed(person)
    },
    untilSubscribed: (person: Person) =>
      until(async () => (await connectionOf(world.api(person)))?.subscription && sandbox.graph.subscriptions(person).length > 0),
    /** Until nothing is posted, queued or under way any more. */
    async untilIdle(timeoutMs = 240_000): Promise<void> {
      await until(() => sandbox.graph.idle(), timeoutMs)
      await until(async () => (await server.openJobs()) === 0 && sandbox.graph.idle(), timeoutMs)
    },
    async stop(): Promise<void> {
      open.delete(world)
      await server.stop()
      await sandbox.stop()
      await storage.drop()
      const foreign = server.hosts().filter((host) => !configuredHosts(environment).includes(host))
      if (foreign.length > 0) throw new Error(`The server has asked hosts that its configuration does not name: ${foreign.join(', ')}`)
    },
    [Symbol.asyncDispose]: () => world.stop(),
  }
  open.add(world)
  return world
}

async function startOne(place: 'inside' | 'child', url: string, environment: Record<string, string>) {
  const all = await (place === 'inside' ? startServerInside : startServerAsChild)(url, environment)
  return { all, replicas: [all] }
}

/** Who asks for readiness has the keys of Entra fetched. Where they do not come, callers are told when to come again (see api-client.ts). */
async function haveKeysFetched({ url }: Pick<TestServer, 'url'>): Promise<void> {
  await (await fetch(`${url}/readyz`)).body?.cancel()
}

export async function connectionOf(api: Api) {
  return (await api.call('listConnections')).find(({ provider }) => provider === 'microsoft')
}

/** Short waits, so that what the server does after a pause is seen soon. */
const usualSettings = { LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal', RETRY_BASE: '50ms' }

function usualPeople(sandbox: Sandbox): [Person, Person, Person] {
  const [camille, yanis, ruth] = [
    'camille.martin@contoso-demo.example',
    'yanis.benali@contoso-demo.example',
    'ruth.okafor@fabrikam.example',
  ].map((address) => sandbox.entra.person(address))
  if (!camille || !yanis || !ruth) throw new Error('The sandbox has lost its people.')
  return [camille, yanis, ruth]
}
