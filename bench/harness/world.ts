// The sandbox, an empty database and servers in processes of their own between them, each on a line to the database that can
// be disturbed. Also the record of what was sent, so that what came of it can be compared.
import { setTimeout as wait } from 'node:timers/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from '../../sandbox/entra/directory.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { Api } from '../../test/support/api-client.ts'
import { openWorld } from '../../test/support/open-world.ts'
import { type Cluster, createDatabase } from '../../test/support/postgres.ts'
import { type Role, startReplicas } from '../../test/support/replicas.ts'
import { openJobsAt, type ServerProcess, startServerProcess } from '../../test/support/server-process.ts'
import { until } from '../../test/support/until.ts'
import { type DatabaseLink, openDatabaseLink } from './database-link.ts'
import { type Mailbox, openMailbox } from './mailbox.ts'
import { openQuery, type Query } from './query.ts'

type Replica = ServerProcess & { link: DatabaseLink; role: Role }

export type World = {
  sandbox: Sandbox
  cluster: Cluster
  databaseUrl: string
  /** Asks the database past all lines, as its administrator. */
  query: Query
  /** Where Graph and the panes reach the servers. */
  url: string
  replicas: Replica[]
  server: Replica
  environment: Record<string, string>
  isSlow: boolean
  mailboxes: Mailbox[]
  api(person: Person): Api
  person(name: 'camille' | 'yanis' | 'ruth'): Person
  /** Connected, with a board and a recipe that makes an item of every mail whose subject holds no "unwanted". */
  mailbox(name: 'camille' | 'yanis' | 'ruth'): Promise<Mailbox>
  /** Longer, when the waits are those of production. */
  within(ms: number): number
  openJobs(): Promise<number>
  /** Nothing is posted, queued or under way, and every item that is due is there. */
  settled(ms?: number): Promise<void>
  metric(name: RegExp): Promise<number>
  output(): string
  stop(): Promise<void>
}

export type WorldOptions = {
  cluster: Cluster
  settings?: Record<string, string>
  roles?: Role[]
  isSlow?: boolean
  /** No line to disturb: the servers reach the database straight. */
  isDirect?: boolean
  /** PGlite instead of PostgreSQL; `query` then asks an empty database. */
  isEmbedded?: boolean
}

export async function startWorld({
  cluster,
  settings = {},
  roles = ['all'],
  isSlow = false,
  isDirect = false,
  isEmbedded = false,
}: WorldOptions): Promise<World> {
  const database = await createDatabase(cluster.url)
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-bench-'))
  const query = openQuery(database.url)
  const links: DatabaseLink[] = []
  const startServers = async (url: string, environment: Record<string, string>) => {
    const { replicas, stopBalancer } = await startReplicas(url, roles, async (own, ports): Promise<Replica> => {
      const link = await openDatabaseLink(database.url)
      links.push(link)
      const address = isEmbedded ? {} : { DATABASE_URL: isDirect ? database.url : link.url }
      return { ...(await startServerProcess(own, { ...environment, ...address, ...ports })), link, role: ports.ROLE }
    })
    const stop = async () => {
      await Promise.all(replicas.map((replica) => Promise.race([replica.stop(), wait(5_000).then(() => replica.kill())])))
      await stopBalancer()
    }
    return { replicas, stop }
  }
  const drop = async () => {
    await Promise.all(links.map((link) => link.stop()))
    await query.end()
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  }
  const storage = { env: { DATA_DIR: folder }, drop }
  const opened = await openWorld({ storage, settings: { LOG_LEVEL: 'warn', ...settings }, startServers })
  const { sandbox, url, environment, people, api, servers } = opened
  const { replicas } = servers
  const [server] = replicas
  if (server === undefined) throw new Error('A world has a server.')
  sandbox.graph.retry.baseMs = 100

  const mailboxes: Mailbox[] = []
  const world: World = {
    sandbox,
    cluster,
    databaseUrl: database.url,
    query,
    url,
    replicas,
    server,
    environment,
    isSlow,
    mailboxes,
    api,
    person: (name) => people[name],
    async mailbox(name) {
      const mailbox = await openMailbox(world, world.person(name))
      mailboxes.push(mailbox)
      await until(() => sandbox.graph.idle())
      await until(async () => (await world.openJobs()) === 0, world.within(20_000))
      return mailbox
    },
    within: (ms) => (isSlow ? ms * 20 : ms),
    async openJobs() {
      const up = await firstAlive(replicas)
      return openJobsAt(up.url)
    },
    async settled(ms = 30_000) {
      const patience = world.within(ms)
      await until(() => sandbox.graph.idle(), patience)
      await until(async () => (await Promise.all(mailboxes.map((mailbox) => mailbox.isComplete()))).every(Boolean), patience)
      await until(async () => (await world.openJobs()) === 0 && sandbox.graph.idle(), patience)
    },
    async metric(name) {
      const texts = await Promise.all(replicas.map(async (replica) => (await fetch(`${replica.url}/metrics`)).text()))
      const lines = texts.flatMap((text) => text.split('\n')).filter((line) => name.test(line))
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    output: () => replicas.map((replica) => replica.output()).join('\n'),
    async stop() {
      for (const { link } of replicas) link.mend()
      sandbox.heal()
      await opened.stop()
    },
  }
  return world
}

async function firstAlive(replicas: Replica[]): Promise<Replica> {
  for (const replica of replicas) {
    const alive = await fetch(`${replica.url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (alive) return replica
  }
  throw new Error('No server is alive.')
}
