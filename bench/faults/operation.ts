import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { until } from '../../test/support/until.ts'
import { residentBytes } from '../../test/support/processes.ts'
import { startServerProcess } from '../../test/support/server-process.ts'
import type { World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export const operationFaults: Faults = {
  F46: existsSync(join(root, '.git'))
    ? { title: 'from the version before the last change of the schema to this one, with traffic', inject: upgrade }
    : { title: 'rolling upgrade', refused: 'needs the history of the repository' },
  F52: {
    title: 'a soak test with 5 emails/s',
    async inject(world) {
      const mailboxes = [await world.mailbox('camille'), await world.mailbox('yanis')]
      const seconds = world.isSlow ? 1_200 : 45
      const samples: { second: number; rss: number }[] = []
      const files: number[] = []
      for (let tick = 0; tick < seconds * 5; tick += 1) {
        await mailboxes[tick % 2]?.deliver(`Mail ${tick}`)
        await wait(190)
        if (tick % 5 !== 0) continue
        samples.push({ second: tick / 5, rss: residentBytes(world.server.pid()) / 2 ** 20 })
        files.push(readdirSync(`/proc/${world.server.pid()}/fd`).length)
      }
      // Warming up is not a leak.
      const slope = slopeOf(samples.slice(Math.floor(samples.length / 3))) * 60
      const leaked = (files.at(-1) ?? 0) - (files[Math.floor(files.length / 3)] ?? 0)
      demand(leaked <= 5, `${leaked} file descriptors more`)
      if (world.isSlow) demand(slope < 0.5, `memory grows by ${slope.toFixed(2)} MiB a minute`)
      return `${seconds} s, ${seconds * 5} emails, ${slope.toFixed(2)} MiB a minute, ${files.at(-1)} descriptors${world.isSlow ? '' : '; 20 minutes with --slow'}`
    },
  },
  F53: {
    title: 'SIGTERM under load',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const took: number[] = []
      for (let round = 0; round < 3; round += 1) {
        world.sandbox.misbehave('graph', { match: { path: /\/me\// }, delayMs: 200, times: 30 })
        for (let index = 0; index < 10; index += 1) await mailbox.deliver(`Mail ${round}-${index}`)
        await wait(150)
        const from = Date.now()
        await world.server.stop()
        took.push(Date.now() - from)
        await world.server.start()
      }
      demand(Math.max(...took) < 25_000, `took ${Math.max(...took)} ms`)
      return `gone after ${took.join(', ')} ms`
    },
  },
}

/** Both versions work on one schema for a while, then the older one stops. */
async function upgrade(world: World): Promise<string> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, maxBuffer: 256 * 2 ** 20 })
  // A migration may be changed until it is released: the commit that adds it is the change.
  const changed = git('log', '-n1', '--diff-filter=A', '--format=%H', '--', 'server/database/migrations').toString().trim()
  const [before = changed] = git('log', '-n1', '--format=%H', `${changed}^`).toString().trim().split('\n')
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-before-'))
  execFileSync('tar', ['-x', '-C', folder], { input: git('archive', before) })
  installIn(folder)
  await world.server.stop()
  await world.query.rows('drop schema if exists pgboss cascade')
  await world.query.rows('drop schema public cascade')
  await world.query.rows('create schema public')
  // Set up for the older version. When that has stopped, it is set up again.
  world.sandbox.vault.allowAliases('*')
  const old = await startServerProcess(world.server.url, world.server.environment, { main: join(folder, 'server/main.ts') })
  try {
    const mailbox = await world.mailbox('camille')
    await mailbox.deliver('By the version before')
    await until(() => mailbox.isComplete(), world.within(20_000))
    // This version runs as a worker next to it: it migrates, and takes its share of the work.
    const port = String(Number(new URL(world.server.url).port) + 1)
    const beside = await startServerProcess(`http://127.0.0.1:${port}`, { ...world.server.environment, ROLE: 'worker', PORT: port })
    for (let index = 0; index < 20; index += 1) await mailbox.deliver(`Side by side ${index}`)
    // What the older one leaves to a job of its queue is done by this one.
    const second = await tried(() => world.mailbox('yanis'))
    await second.deliver('Connected by the version before')
    const third = await tried(() => world.mailbox('ruth'))
    world.mailboxes.pop()
    await tried(() => third.api.call('disconnect', { params: { provider: 'microsoft' } }))
    await until(async () => (await third.status()) === undefined, world.within(30_000))
    await until(async () => (await mailbox.isComplete()) && (await second.isComplete()), world.within(30_000))
    await old.stop()
    const known = world.sandbox.vault.tokenPaths().map((path) => path.split('/')[1] ?? '')
    world.sandbox.vault.allowAliases('6d61696c626f617264*', ...known)
    await world.server.start()
    await mailbox.deliver('By this version')
    await until(() => mailbox.isComplete(), world.within(20_000))
    await beside.stop()
    const answers = new Set(world.sandbox.graph.notifications.entries.map(({ status }) => status))
    return `from ${before.slice(0, 7)}; notifications answered ${[...answers].join(', ')}`
  } finally {
    await old.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the older one has prepared before a table got a column fails once on each of its connections, and is prepared anew. */
const tried = async <Result>(work: () => Promise<Result>, times = 10): Promise<Result> =>
  work().catch((error: unknown) => {
    if (times === 1 || !String(error).includes('internal-error')) throw error
    return tried(work, times - 1)
  })

/** What a version before needs may be needed no more. */
function installIn(folder: string): void {
  const lockIn = (one: string) => readFileSync(join(one, 'package-lock.json'), 'utf8')
  if (lockIn(folder) === lockIn(root)) return symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const options = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', options, { cwd: folder, stdio: 'inherit' })
}

/** Least squares, in MiB a second. */
function slopeOf(samples: { second: number; rss: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(samples.map(({ second }) => second))
  const y = mean(samples.map(({ rss }) => rss))
  const above = samples.reduce((sum, { second, rss }) => sum + (second - x) * (rss - y), 0)
  return above / samples.reduce((sum, { second }) => sum + (second - x) ** 2, 0)
}
