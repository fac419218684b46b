// Runs the server in its own process, as an operator does, so that tests and benchmarks can kill it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

export type ServerProcess = {
  url: string
  /** The next start reads it, so a test may change it in between. */
  environment: Record<string, string>
  start(): Promise<void>
  /** SIGTERM. */
  stop(): Promise<void>
  /** SIGKILL: no work is finished, no claim released. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** It ended although nothing stopped it. */
  hasDied(): boolean
  pid(): number | undefined
  /** Its stdout and stderr so far. */
  output(): string
}

const root = new URL('../../', import.meta.url)
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: { serve: string } }
/** The flags of `npm run serve`. */
const served = scripts.serve.split(' ').filter((part) => part.startsWith('--'))
const thisVersion = fileURLToPath(new URL('server/main.ts', root))

type Other = { main?: string; flags?: string[] }

export async function startServerProcess(
  url: string,
  environment: Record<string, string>,
  { main = thisVersion, flags = served }: Other = {},
): Promise<ServerProcess> {
  let child: ChildProcess | undefined
  let output = ''
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = child
    child = undefined
    if (!ending || hasEnded(ending)) return
    const ended = once(ending, 'exit')
    ending.kill(signal)
    await ended
  }
  async function start(): Promise<void> {
    const started = spawn(process.execPath, [...flags, main], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    living.add(started)
    started.once('exit', () => living.delete(started))
    await until(() => {
      if (hasEnded(started)) throw new Error(`The server has ended:\n${output.slice(-4000)}`)
      return answers(url)
    }, 60_000)
  }
  await start()
  return {
    url,
    environment,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: () => end('SIGTERM').then(start),
    hasDied: () => child !== undefined && hasEnded(child),
    pid: () => child?.pid,
    output: () => output,
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/** An interrupted run must leave no server behind. */
const living = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

/** Any answer will do: a baseline has no /healthz. */
const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    async (answer) => {
      await answer.body?.cancel()
      return true
    },
    () => false,
  )

/** Jobs that wait or are in progress. */
export async function openJobsAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const counts = [...text.matchAll(/^mailboard_jobs_open(?:\{[^}]*\})? (\d+)/gm)].map(([, count]) => Number(count))
  if (counts.length === 0) throw new Error('The metrics do not say how many jobs are open.')
  return counts.reduce((sum, count) => sum + count, 0)
}
