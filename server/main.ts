// The production entry: reads the environment, starts, and stops within 25 seconds when it is told to.
import { existsSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from './config.ts'
import { log } from './log.ts'
import { startServer } from './server.ts'

const patienceMs = 24_000
/** Work is taken in only in the last seconds of a start; one that hangs longer has nothing to give back. */
const patienceWithStartMs = 5_000

if (existsSync('.env')) process.loadEnvFile('.env')
const starting = startOrEnd()
let stopping = false
// A signal that is repeated cuts nothing short: a supervisor sends it to the whole group, and npm passes it on once more.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
await starting
// Now, since a process that is killed keeps nothing of what was compiled.
flushCompileCache()

async function startOrEnd() {
  try {
    return await startServer(readConfig(process.env))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return process.exit(1)
  }
}

async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  log.info({ signal }, 'Stopping')
  setTimeout(() => process.exit(1), patienceMs).unref()
  const server = await Promise.race([starting, wait(patienceWithStartMs)])
  await server?.stop()
  process.exit(0)
}
