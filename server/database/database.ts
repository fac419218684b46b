// The database: PostgreSQL where DATABASE_URL names one, else PGlite in DATA_DIR. One dialect, one driver, so that what
// holds for one holds for the other (test/server/database.contract.test.ts runs the same cases on both).
import { Kysely, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import { migrate } from './migrate.ts'
import { openPostgres } from './postgres.ts'
import type { Database, Schema } from './schema.ts'
import { poolForKysely } from './statements.ts'

/** Notifications are hints: onGap is called when some may have been missed. Gives a function that stops listening. */
export type Listen = (channel: string, onPayload: (payload: string) => void, onGap?: () => void) => Promise<() => void | Promise<void>>

export type OpenDatabase = {
  kind: 'postgres' | 'embedded'
  db: Database
  /** For named statements on the hot path and for the queue. On the embedded database it has one client. */
  pool: Pool
  listen: Listen
  close: () => Promise<void>
}

export async function openDatabase(config: { databaseUrl: string | null; dataDir: string }): Promise<OpenDatabase> {
  const opened = config.databaseUrl === null ? await openInFolder(config.dataDir) : await openPostgres(config.databaseUrl)
  const pool = poolForKysely(opened.pool, { pipelined: config.databaseUrl !== null })
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db)
  } catch (error) {
    await opened.close()
    throw error
  }
  return { kind: config.databaseUrl === null ? 'embedded' : 'postgres', db, ...opened }
}

/** Loaded where it is used: it brings a whole database along. */
async function openInFolder(dataDir: string) {
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded(dataDir)
}
