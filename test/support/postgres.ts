// A PostgreSQL of the tests' own: a cluster in a temporary folder, on a free port, run by an unprivileged user.
// By default, data need not survive the server: fsync and synchronous commits are off.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export type Cluster = {
  url: string
  /** Like a crash of the server: at once, and with recovery. */
  kill(): Promise<void>
  /** Unless it is running. */
  start(): Promise<void>
  stop(): Promise<void>
}

// PostgreSQL refuses to run as root, so it runs as nobody then.
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

const quick = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']

export async function startPostgres(binaries: string, durability: string[] = quick): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-postgres-'))
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  const files = join(folder, 'cluster')
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', files, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb has failed:\n${made.stderr}`)

  const port = await freePort()
  const settings = [...durability, 'max_connections=200', 'shared_buffers=64MB']
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    if (server && server.exitCode === null && server.signalCode === null) return
    const started = spawn(
      join(binaries, 'postgres'),
      ['-D', files, '-h', '127.0.0.1', '-p', String(port), '-k', folder, ...settings.flatMap((setting) => ['-c', setting])],
      { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    server = started
    // An interrupted run must leave no server behind.
    process.once('exit', () => started.kill('SIGQUIT'))
    const complaints: string[] = []
    started.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
    await until(() => {
      if (started.exitCode !== null) throw new Error(`PostgreSQL has ended:\n${complaints.join('')}`)
      return answers(url)
    }, 20_000)
  }

  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    server.kill('SIGQUIT')
    await ended
  }

  await start()
  return {
    url,
    kill,
    start,
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A new database on the server at `url`, empty or a copy of another; `drop()` deletes it. */
export async function createDatabase(url: string, template?: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `mailboard_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await query(url, template === undefined ? `create database ${name}` : `create database ${name} template ${template}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return { url: own.href, drop: () => dropDatabase(url, name) }
}

export const dropDatabase = (url: string, name: string): Promise<void> => query(url, `drop database if exists ${name} with (force)`)

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await query(url, 'select 1')
    return true
  } catch {
    return false
  }
}
