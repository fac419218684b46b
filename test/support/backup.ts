// A backup of only the database, made and restored as docs/self-hosting.md tells an operator.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { openDatabase } from '../../server/database/database.ts'
import { asSystem } from '../../server/people/unit-of-work.ts'
import { findPostgresBinaries } from './parts.ts'
import type { World } from './world.ts'

type Backup = { restore(): Promise<void>; [Symbol.dispose](): void }

/** PostgreSQL is dumped while the server runs; the folder of the embedded database is copied while the server is stopped. */
export async function backUp({ environment, server }: World): Promise<Backup> {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-backup-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const { DATABASE_URL: url, DATA_DIR: dataDir = '' } = environment
  if (url !== undefined) {
    const file = join(folder, 'mailboard.dump')
    execFileSync(tool('pg_dump'), ['--format=custom', '--file', file, url])
    return {
      [Symbol.dispose]: remove,
      async restore() {
        await emptyDatabase(url)
        execFileSync(tool('pg_restore'), ['--exit-on-error', '--dbname', url, file])
      },
    }
  }
  await server.stop()
  cpSync(join(dataDir, 'database'), join(folder, 'database'), { recursive: true })
  await server.start()
  return {
    [Symbol.dispose]: remove,
    async restore() {
      rmSync(join(dataDir, 'database'), { recursive: true })
      cpSync(join(folder, 'database'), join(dataDir, 'database'), { recursive: true })
    },
  }
}

/** What the guide tells an operator to run after a restore, so that no mailbox waits until it is due. */
export async function makeAllDue({ environment }: World): Promise<void> {
  const { db, close } = await openDatabase({ databaseUrl: environment['DATABASE_URL'] ?? null, dataDir: environment['DATA_DIR'] ?? '' })
  await asSystem(db, async (trx) => {
    for (const statement of makingAllDue) await sql.raw(statement).execute(trx)
  })
  await close()
}

const makingAllDue = [`update mailboxes set next_catchup_at = now()`, `update subscriptions set renew_at = now() where state = 'active'`]

const tool = (name: string) => join(findPostgresBinaries() ?? '', name)

async function emptyDatabase(url: string): Promise<void> {
  const at = new URL(url)
  const name = at.pathname.slice(1)
  at.pathname = '/postgres'
  const client = new pg.Client(at.href)
  await client.connect()
  await client.query(`drop database ${name} with (force)`)
  await client.query(`create database ${name}`)
  await client.end()
}
