// Runs a baseline in its own process.
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/free-port.ts'
import { startServerProcess } from '../../test/support/server-process.ts'

export async function startPlainProcess(main: URL, environment: Record<string, string> = {}) {
  const port = String(await freePort())
  return startServerProcess(`http://127.0.0.1:${port}`, { ...environment, PORT: port }, { main: fileURLToPath(main), flags: [] })
}
