// The server under test: in the process of the test, or as a child that can be killed.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../server/config.ts'
import { startServer } from '../../server/server.ts'
import { recordChild, recordInside } from './outgoing-hosts.ts'
import { until } from './until.ts'
import { residentBytes } from './processes.ts'

export type TestServer = {
  url: string
  /** Jobs that wait or are under way. */
  openJobs(): Promise<number>
  stop(): Promise<void>
  start(): Promise<void>
  restart(): Promise<void>
  /** SIGKILL: nothing is finished, nothing is given back. */
  kill(): Promise<void>
  /** It ended, and nobody asked it to. */
  hasDied(): boolean
  /** What the child holds of the machine's memory at this moment. */
  residentBytes(): number
  /** What the child has written so far. */
  output(): string
  /** Those that it opened connections to. */
  hosts(): string[]
}

type Environment = Record<string, string>

export async function startServerInside(url: string, environment: Environment): Promise<TestServer> {
  let running: { stop(): Promise<void> } | undefined
  const outgoing = recordInside()
  return withLife(url, {
    async start() {
      running = await outgoing.run(() => startServer(readConfig(environment)))
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
    kill: async () => {
      throw new Error("Only a child can be killed: startWorld({ process: 'child' })")
    },
    hasDied: () => false,
    residentBytes: () => process.memoryUsage.rss(),
    output: () => '',
    hosts: outgoing.hosts,
  })
}

export async function startServerAsChild(url: string, environment: Environment): Promise<TestServer> {
  let child: ChildProcess | undefined
  let output = ''
  const outgoing = recordChild()
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = child
    child = undefined
    if (!ending || hasEnded(ending)) return
    const ended = once(ending, 'exit')
    ending.kill(signal)
    await ended
  }
  return withLife(url, {
    async start() {
      const started = spawn(process.execPath, [mainPath], {
        env: { PATH: process.env['PATH'], ...keptCompiled(), ...outgoing.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      for (const stream of [started.stdout, started.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      process.once('exit', () => started.kill('SIGKILL'))
      await until(async () => {
        if (hasEnded(started)) throw new Error(`The server has ended:\n${output}`)
        return isAlive(url)
      }, 60_000)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    hasDied: () => child !== undefined && hasEnded(child),
    residentBytes: () => residentBytes(child?.pid),
    output: () => output,
    hosts: outgoing.hosts,
  })
}

/** What Node makes of the server's TypeScript is made once a run. */
export const keptCompiled = () => ({ NODE_COMPILE_CACHE: join(process.env['TEST_RUN_FOLDER'] ?? '', 'compiled') })

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

const mainPath = fileURLToPath(new URL('../../server/main.ts', import.meta.url))

type Life = Pick<TestServer, 'start' | 'stop' | 'kill' | 'hasDied' | 'residentBytes' | 'output' | 'hosts'>

async function withLife(url: string, life: Life): Promise<TestServer> {
  await life.start()
  return {
    url,
    ...life,
    restart: () => life.stop().then(life.start),
    openJobs: () => openJobsAt(url),
  }
}

export async function openJobsAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const counts = [...text.matchAll(/^mailboard_jobs_open(?:\{[^}]*\})? (\d+)/gm)].map(([, count]) => Number(count))
  if (counts.length === 0) throw new Error('The metrics do not say how many jobs are open.')
  return counts.reduce((sum, count) => sum + count, 0)
}

async function isAlive(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok
  } catch {
    return false
  }
}
