// Starts servers on one database, each with a role. A single server listens on the world's own address, several behind a balancer there.
import { startBalancer } from './balancer.ts'
import { freePort } from './free-port.ts'

export type Role = 'all' | 'web' | 'worker'

type Start<Replica> = (url: string, settings: { PORT: string; ROLE: Role }) => Promise<Replica>

export async function startReplicas<Replica extends { url: string }>(url: string, roles: Role[], start: Start<Replica>) {
  const isAlone = roles.length === 1
  // All of them at once: the database is empty, and one of them migrates it.
  const replicas = await Promise.all(
    roles.map(async (role) => {
      const port = isAlone ? new URL(url).port : String(await freePort())
      return start(`http://127.0.0.1:${port}`, { PORT: port, ROLE: role })
    }),
  )
  const reachable = replicas.filter((_, index) => roles[index] !== 'worker').map((replica) => replica.url)
  const balancer = isAlone ? undefined : await startBalancer(Number(new URL(url).port), reachable)
  return { replicas, stopBalancer: async () => balancer?.stop() }
}
