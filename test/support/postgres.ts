// A PostgreSQL of the tests' own: a cluster in a temporary folder, on a free port, run by an unprivileged user.
// fsync is off: nothing in here has to outlive the machine.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export type Cluster = { url: string; stop(): Promise<void> }

// PostgreSQL refuses to run as root: there it runs as nobody.
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

export async function startPostgres(binaries: string): Promise<Cluster> {
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
  const settings = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=200', 'shared_buffers=64MB']
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', files, '-h', '127.0.0.1', '-p', String(port), '-k', folder, ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  // A run that is broken off leaves no server behind.
  process.once('exit', () => server.kill('SIGQUIT'))
  const complaints: string[] = []
  server.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await until(() => {
    if (server.exitCode !== null) throw new Error(`PostgreSQL has ended:\n${complaints.join('')}`)
    return answers(url)
  }, 20_000)
  return { url, stop: () => stop(server, folder) }
}

/** A database of its own on the server at `url`; gone with `drop()`. */
export async function createDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `mailboard_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await query(url, `create database ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return { url: own.href, drop: () => query(url, `drop database if exists ${name} with (force)`) }
}

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

async function stop(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit')
    server.kill('SIGQUIT')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
}
