// The production entry: reads the environment, starts, and stops within 25 seconds when it is told to.
import { existsSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import process from 'node:process'
import { readConfig } from './config.ts'
import { log } from './log.ts'
import { startServer } from './server.ts'

const patienceMs = 25_000

if (existsSync('.env')) process.loadEnvFile('.env')
const server = await startOrEnd()
// Now, since a process that is killed keeps nothing of what was compiled.
flushCompileCache()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))

async function startOrEnd() {
  try {
    return await startServer(readConfig(process.env))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return process.exit(1)
  }
}

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'Stopping')
  setTimeout(() => process.exit(1), patienceMs).unref()
  await server.stop()
  process.exit(0)
}
