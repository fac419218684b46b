// The server as a process of its own, as an operator runs it, to be killed at will.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from '../../test/support/until.ts'

export type ServerProcess = {
  url: string
  start(): Promise<void>
  /** SIGTERM. */
  stop(): Promise<void>
  /** SIGKILL: nothing is finished, nothing is given back. */
  kill(): Promise<void>
  restart(): Promise<void>
  pid(): number | undefined
  /** What it has written so far. */
  output(): string
}

const packageFile = new URL('../../package.json', import.meta.url)
const { scripts } = JSON.parse(readFileSync(packageFile, 'utf8')) as { scripts: { serve: string } }
/** Those of `npm run serve`. */
const flags = scripts.serve.split(' ').filter((part) => part.startsWith('--'))
const thisVersion = fileURLToPath(new URL('../../server/main.ts', import.meta.url))

export async function startServerProcess(url: string, environment: Record<string, string>, main = thisVersion): Promise<ServerProcess> {
  let child: ChildProcess | undefined
  let output = ''
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = once(ending, 'exit')
    ending.kill(signal)
    await ended
  }
  async function start(): Promise<void> {
    const started = spawn(process.execPath, [...flags, main], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    living.add(started)
    started.once('exit', () => living.delete(started))
    await until(async () => {
      if (started.exitCode !== null || started.signalCode !== null) throw new Error(`The server has ended:\n${output.slice(-2000)}`)
      return isAlive(url)
    }, 30_000)
  }
  await start()
  return {
    url,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: () => end('SIGTERM').then(start),
    pid: () => child?.pid,
    output: () => output,
  }
}

/** A run that is broken off leaves no server behind. */
const living = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

async function isAlive(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** Jobs that wait or are under way. */
export async function openJobsAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return [...text.matchAll(/^mailboard_jobs_open(?:\{[^}]*\})? (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
}
