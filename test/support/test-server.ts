// The server under test: in the process of the test, as a child that can be killed, or several of those as one.
import { readConfig } from '../../server/config.ts'
import { startServer } from '../../server/server.ts'
import { recordChild, recordInside } from './outgoing-hosts.ts'
import { residentBytes } from './processes.ts'
import { openJobsAt, type ServerProcess, startServerProcess } from './server-process.ts'

export type TestServer = Omit<ServerProcess, 'pid' | 'environment'> & {
  /** Jobs that wait or are in progress. */
  openJobs(): Promise<number>
  /** Memory of the process at this moment. */
  residentBytes(): number
  /** The hosts that it opened connections to. */
  hosts(): string[]
}

type Environment = Record<string, string>

export async function startServerInside(url: string, environment: Environment): Promise<TestServer> {
  let running: { stop(): Promise<void> } | undefined
  const outgoing = recordInside()
  const start = async () => {
    running = await outgoing.run(() => startServer(readConfig(environment)))
  }
  const stop = async () => {
    await running?.stop()
    running = undefined
  }
  await start()
  return {
    url,
    start,
    stop,
    restart: () => stop().then(start),
    kill: async () => {
      throw new Error("Only a child can be killed: startWorld({ process: 'child' })")
    },
    hasDied: () => false,
    residentBytes: () => process.memoryUsage.rss(),
    output: () => '',
    hosts: outgoing.hosts,
    openJobs: () => openJobsAt(url),
  }
}

export async function startServerAsChild(url: string, environment: Environment): Promise<TestServer> {
  const outgoing = recordChild()
  const child = await startServerProcess(url, { ...outgoing.env, ...environment })
  return {
    ...child,
    residentBytes: () => residentBytes(child.pid()),
    hosts: outgoing.hosts,
    openJobs: () => openJobsAt(url),
  }
}

/** `stopBalancer` runs first, so that no request reaches a server that is stopping. */
export function allOf(url: string, replicas: TestServer[], stopBalancer: () => Promise<void>): TestServer {
  const each = async (act: (replica: TestServer) => Promise<void>) => void (await Promise.all(replicas.map(act)))
  return {
    url,
    openJobs: () => openJobsAt(url),
    start: () => each((replica) => replica.start()),
    restart: () => each((replica) => replica.restart()),
    kill: () => each((replica) => replica.kill()),
    hasDied: () => replicas.some((replica) => replica.hasDied()),
    residentBytes: () => replicas.reduce((sum, replica) => sum + replica.residentBytes(), 0),
    output: () => replicas.map((replica) => replica.output()).join('\n'),
    hosts: () => [...new Set(replicas.flatMap((replica) => replica.hosts()))],
    async stop() {
      await stopBalancer()
      await each((replica) => replica.stop())
    },
  }
}
