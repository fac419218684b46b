// npm alone gets the signal, as a supervisor sends it: whatever it has started ends too, and work under way is given back.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { aBoard, aMail, aRecipe, everyMail, itemsOf } from '../support/builders.ts'
import { apiClient } from '../support/api-client.ts'
import { databases, openTestDatabase, type TestDatabase } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { copyOfProject } from '../support/project-copy.ts'
import { descendantsOf, isAlive } from '../support/processes.ts'
import { until } from '../support/until.ts'

const withinMs = 25_000
const root = fileURLToPath(new URL('../..', import.meta.url))

const started: { pids: () => number[] }[] = []

// Nothing stays behind a test that has failed.
afterEach(() => {
  for (const { pids } of started.splice(0)) for (const pid of pids()) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
})

async function runNpm(args: string[], env: Record<string, string>, cwd = root) {
  const npm = process.env['npm_execpath']
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []]
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, [...before, ...args], { cwd, env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  await once(child, 'spawn')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const pid = child.pid ?? 0
  const seen = new Set([pid])
  const pids = () => {
    for (const one of descendantsOf(pid)) seen.add(one.pid)
    return [...seen]
  }
  const running = {
    pids,
    output: () => output,
    until: (condition: () => unknown) =>
      until(async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`npm has ended:\n${output}`)
        return condition()
      }, 240_000),
    /** The signal goes to npm and to nobody else. Gives how long it took until everything had ended. */
    async end(signal: NodeJS.Signals): Promise<number> {
      const all = pids()
      expect(all.length).toBeGreaterThan(1)
      const since = performance.now()
      child.kill(signal)
      await until(() => !all.some(isAlive), withinMs).catch((error: unknown) => {
        throw new Error(`Left behind: ${all.filter(isAlive).join(', ')}\n${output}`, { cause: error })
      })
      return performance.now() - since
    },
  }
  started.push(running)
  return running
}

const answers = async (url: string) => (await fetch(url).catch(() => undefined))?.ok === true

describe('npm start in the sandbox', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)('has ended after %s to npm', async (signal) => {
    const npm = await runNpm(['start'], { PORT: String(await freePort()) })
    await npm.until(() => /Open http\S+/.test(npm.output()))
    const [, address = ''] = /Open (http\S+)/.exec(npm.output()) ?? []
    expect(await answers(address)).toBe(true)
    // npm, start.mjs, sandbox, server.
    expect(npm.pids().length).toBeGreaterThanOrEqual(4)
    await npm.end(signal)
    expect(await answers(address)).toBe(false)
  })

  test('has ended where the pane was being built', async () => {
    await using project = copyOfProject({ installed: true })
    const npm = await runNpm(['start'], { PORT: String(await freePort()) }, project.folder)
    await npm.until(() => descendantsOf(npm.pids()[0] ?? 0).some(({ command }) => command.includes('webpack')))
    await npm.end('SIGTERM')
    expect(existsSync(`${project.folder}/dist/.source-hash`)).toBe(false)
  })

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'has ended where packages were being installed and %s came, and the next one need not wait',
    async (signal) => {
      await using project = copyOfProject({ installed: false })
      const npm = await runNpm(['start'], {}, project.folder)
      await npm.until(() => descendantsOf(npm.pids()[0] ?? 0).some(({ command }) => /\bci\b/.test(command)))
      await npm.end(signal)
      expect(existsSync(`${project.folder}/.install-lock`)).toBe(false)
    },
  )
})

test.each(['SIGTERM', 'SIGKILL'] as const)('npm test that is broken off by %s leaves no server behind', async (signal) => {
  const npm = await runNpm(['test', '--', 'test/journeys/killed-and-restarted'], {})
  await npm.until(() => descendantsOf(npm.pids()[0] ?? 0).some(({ command }) => command.includes('server/main.ts')))
  await npm.end(signal)
})

describe.each(databases)('with a real configuration on %s', (database: TestDatabase) => {
  test.each([
    ['npm start', ['start']],
    ['npm run serve', ['run', 'serve']],
  ])('%s gives back what it has under way, whatever the signal and however often it comes', async (_name, args) => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const sandbox = await startSandbox()
    const storage = await openTestDatabase(database, { isEmpty: true })
    try {
      const environment = { ...sandbox.environment(url), PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'info', ...storage.env }
      const serve = async () => {
        const npm = await runNpm(args, environment)
        await npm.until(() => answers(`${url}/readyz`))
        return npm
      }
      const [person] = sandbox.entra.people
      if (!person) throw new Error('The sandbox has lost its people.')
      const api = apiClient(url, () => sandbox.entra.accessToken(person))

      const first = await serve()
      sandbox.entra.grant(person, ['Mail.Read', 'User.Read'])
      await api.call('connectMicrosoft', { body: { permissions: ['mail.read'] } })
      await until(() => sandbox.graph.subscriptions(person).length > 0)
      const board = await aBoard(api)
      await aRecipe(api, board, { conditions: everyMail })
      const stalled = sandbox.misbehave('graph', { match: { path: /inbox\/messages\/./i }, stall: true })
      await sandbox.graph.deliver(person, aMail())
      await until(() => stalled.seen() > 0)
      for (const pid of first.pids().slice(1)) process.kill(pid, 'SIGTERM')
      await first.end('SIGTERM')

      const second = await serve()
      stalled.clear()
      // Long before a lease that was not given back would run out.
      await until(async () => (await itemsOf(api, board)).length === 1)
      await second.end('SIGHUP')
    } finally {
      await sandbox.stop()
      await storage.drop()
    }
  })
})
