// A database for one world: a folder for the embedded one, or a database on the tests' PostgreSQL. As after the server's first
// start, unless a test is about that.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase } from './postgres.ts'
import { preparedDatabase, preparedFolder } from './prepared.ts'

export type TestDatabase = 'pglite' | 'postgresql'

/** The available databases, for `describe.each(databases)`. */
export const databases: TestDatabase[] = process.env['TEST_DATABASE_URL'] ? ['pglite', 'postgresql'] : ['pglite']

export type OpenTestDatabase = { env: { DATA_DIR: string; DATABASE_URL?: string }; drop(): Promise<void> }

export async function openTestDatabase(database: TestDatabase, { isEmpty = false } = {}): Promise<OpenTestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-test-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (database === 'pglite') {
    if (!isEmpty) cpSync(join(await preparedFolder(set('TEST_RUN_FOLDER')), 'database'), join(folder, 'database'), { recursive: true })
    return { env: { DATA_DIR: folder }, drop: async () => remove() }
  }
  const server = set('TEST_DATABASE_URL')
  const { url, drop } = await createDatabase(server, isEmpty ? undefined : await preparedDatabase(server, set('TEST_PREPARED_DATABASE')))
  return { env: { DATA_DIR: folder, DATABASE_URL: url }, drop: () => drop().finally(remove) }
}

/** Of what test/support/global-setup.ts sets for all test files. */
function set(name: 'TEST_RUN_FOLDER' | 'TEST_DATABASE_URL' | 'TEST_PREPARED_DATABASE'): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: there is no such database here.`)
  return value
}
