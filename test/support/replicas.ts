// Several servers on one database behind a balancer, each a child that can be killed by itself.
import { startBalancer } from './balancer.ts'
import { freePort } from './free-port.ts'
import { openJobsAt, startServerAsChild, type TestServer } from './test-server.ts'

export type Role = 'all' | 'web' | 'worker'

export async function startReplicas(url: string, environment: Record<string, string>, roles: Role[]) {
  // All of them at once: the database is empty, and one of them migrates it.
  const replicas = await Promise.all(
    roles.map(async (role): Promise<TestServer> => {
      const port = await freePort()
      return startServerAsChild(`http://127.0.0.1:${port}`, { ...environment, PORT: String(port), ROLE: role })
    }),
  )
  const reachable = replicas.filter((_, index) => roles[index] !== 'worker').map((replica) => replica.url)
  const balancer = await startBalancer(Number(new URL(url).port), reachable)
  const each = async (act: (replica: TestServer) => Promise<void>) => void (await Promise.all(replicas.map(act)))
  const all: TestServer = {
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
      await balancer.stop()
      await each((replica) => replica.stop())
    },
  }
  return { all, replicas }
}
