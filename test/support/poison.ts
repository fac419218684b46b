// A mail that ends the process which reads it: the stand-in marks its answers, and a module that is loaded ahead of the server
// kills the process where it sees the mark arrive. Nothing of it is in the server.
import { fileURLToPath } from 'node:url'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { TestServer } from './test-server.ts'
import { until } from './until.ts'

const module = `import { subscribe } from 'node:diagnostics_channel'
subscribe('undici:request:headers', ({ response }) => {
  if (response.headers.some((header) => String(header).toLowerCase() === 'x-poison')) process.kill(process.pid, 'SIGKILL')
})`

const preload = fileURLToPath(new URL('./outgoing-hosts-of-child.ts', import.meta.url))

/** For the environment of a child. */
export const diesOfPoison = { NODE_OPTIONS: `--import=${preload} --import=data:text/javascript,${encodeURIComponent(module)}` }

/** Each read of this mail, after so many milliseconds. Gives how often it was read. */
export const poison = (sandbox: Sandbox, messageId: string, delayMs = 150) =>
  sandbox.misbehave('graph', {
    match: { method: 'GET', path: new RegExp(`/messages/${messageId}`) },
    delayMs,
    status: 200,
    headers: { 'X-Poison': 'yes' },
    body: {},
  })

/** Starts a server again each time it has died, as an operator's supervisor does. `stop` gives how often that was. */
export function supervise(servers: TestServer[]): { deaths(): number; stop(): Promise<void> } {
  let deaths = 0
  let isOver = false
  const watch = async (server: TestServer) => {
    await until(async () => isOver || server.hasDied(), 300_000)
    if (isOver) return
    deaths += 1
    // It may die before it answers.
    await server.start().catch(() => undefined)
    await watch(server)
  }
  const watching = Promise.all(servers.map(watch))
  return {
    deaths: () => deaths,
    async stop() {
      isOver = true
      await watching
    },
  }
}
