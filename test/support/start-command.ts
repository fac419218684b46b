// What `npm start` does, as a person would run it: one command, one address.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

export type Started = { address: string; output(): string; stop(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }

export async function runStartCommand(): Promise<Started> {
  const { ENTRA_CLIENT_ID: _real, ...env } = process.env
  const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    await ended
  }
  process.once('exit', () => child.kill('SIGINT'))
  try {
    const address = await until(() => {
      if (child.exitCode !== null) throw new Error(`npm start has ended:\n${output}`)
      return /Open (http\S+)/.exec(output)?.[1]
    }, 120_000)
    return { address, output: () => output, stop, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw new Error(`npm start printed no address:\n${output}`, { cause: error })
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))
