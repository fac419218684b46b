// A message that ends the process that reads it: the stand-in marks its answers, and a module loaded before the server kills the
// process when it sees the mark. The server has no code for this.
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

/** Applies to each read of this message, after this many milliseconds. Returns how often it was read. */
export const poison = (sandbox: Sandbox, messageId: string, delayMs = 150) =>
  sandbox.misbehave('graph', {
    match: { method: 'GET', path: new RegExp(`/messages/${messageId}`) },
    delayMs,
    status: 200,
    headers: { 'X-Poison': 'yes' },
    body: {},
  })

/** Restarts a server each time it has died, like an operator's supervisor. `stop` returns how often. */
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
