// Databases as the server leaves them after its first start, made once per run: copying one takes a twentieth of the time of
// creating its tables. The first worker makes it; the others wait or find it.
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../server/database/database.ts'
import { moveWhole } from './move-whole.ts'

/** A folder with an embedded database, to be copied; it lies in the folder of this run. */
export async function preparedFolder(runFolder: string): Promise<string> {
  const folder = join(runFolder, 'prepared')
  if (existsSync(folder)) return folder
  const temporary = mkdtempSync(`${folder}.`)
  await prepare({ databaseUrl: null, dataDir: temporary })
  moveWhole(temporary, folder)
  return folder
}

/** The name of a database on the server at `url`, to be copied: `create database … template <name>`. */
export async function preparedDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) {
      // It gets its name only when complete, so that a killed worker leaves none that looks complete.
      const unfinished = `${name}_${process.pid}`
      await client.query(`create database ${unfinished}`)
      const own = new URL(url)
      own.pathname = `/${unfinished}`
      await prepare({ databaseUrl: own.href, dataDir: tmpdir() })
      await client.query(`alter database ${unfinished} rename to ${name}`)
    }
  } finally {
    await client.end()
  }
  return name
}

async function prepare(config: { databaseUrl: string | null; dataDir: string }): Promise<void> {
  const database = await openDatabase(config)
  await database.close()
}
