// An empty database for one world: a folder for the embedded one, or a database on the tests' PostgreSQL.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { createDatabase } from './postgres.ts'

export type TestDatabase = 'pglite' | 'postgresql'

/** Those that are here: for `describe.each(databases)`. */
export const databases: TestDatabase[] = process.env['TEST_DATABASE_URL'] ? ['pglite', 'postgresql'] : ['pglite']

export type OpenTestDatabase = { env: { DATA_DIR: string; DATABASE_URL?: string }; drop(): Promise<void> }

export async function openTestDatabase(database: TestDatabase): Promise<OpenTestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-test-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (database === 'pglite') {
    cpSync(await emptyCluster(), join(folder, 'database'), { recursive: true })
    return { env: { DATA_DIR: folder }, drop: async () => remove() }
  }
  const server = process.env['TEST_DATABASE_URL']
  if (!server) throw new Error('There is no PostgreSQL here.')
  const { url, drop } = await createDatabase(server)
  return { env: { DATA_DIR: folder, DATABASE_URL: url }, drop: () => drop().finally(remove) }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** To create a cluster takes the embedded database two seconds, to copy an empty one a twentieth of one. */
async function emptyCluster(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8')) as { version: string }
  const folder = join(root, '.cache', `pglite-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(join(root, '.cache'), { recursive: true })
  const temporary = mkdtempSync(`${folder}.`)
  await (await PGlite.create({ dataDir: temporary })).close()
  try {
    renameSync(temporary, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(temporary, { recursive: true, force: true })
  }
  return folder
}
