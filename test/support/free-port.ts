// A port for a server that starts later, and may stop and start again: below the system's automatic ports, any of which a connection
// might get in the meantime. Each of jest's processes has its own range.
import { once } from 'node:events'
import { createServer } from 'node:net'

const first = 20_000
const perProcess = 2_000
const ranges = 6

let next = Math.floor(Math.random() * perProcess)

export async function freePort(): Promise<number> {
  const range = Number(process.env['JEST_WORKER_ID'] ?? 0) % ranges
  for (let tries = 0; tries < perProcess; tries += 1) {
    next = (next + 1) % perProcess
    const port = first + range * perProcess + next
    if (await isFree(port)) return port
  }
  throw new Error('There is no free port.')
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
  } catch {
    return false
  }
  probe.close()
  await once(probe, 'close')
  return true
}
