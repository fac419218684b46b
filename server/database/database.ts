// The database: PostgreSQL where DATABASE_URL names one, else PGlite in DATA_DIR. One dialect, one driver, so that what
// holds for one holds for the other (test/server/database.contract.test.ts runs the same cases on both).
import { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { dialectOf } from './dialect.ts'
import { migrate } from './migrate.ts'
import { openPostgres } from './postgres.ts'
import type { Database, Schema } from './schema.ts'
import type { Hold, Listen } from './session.ts'

export type OpenDatabase = {
  kind: 'postgres' | 'embedded'
  db: Database
  /** For named statements on the hot path and for the queue. On the embedded database it has one client. */
  pool: Pool
  listen: Listen
  hold: Hold
  close: () => Promise<void>
}

export async function openDatabase(config: { databaseUrl: string | null; dataDir: string }): Promise<OpenDatabase> {
  const postgres = config.databaseUrl === null ? undefined : await openPostgres(config.databaseUrl)
  const opened = postgres ?? (await openInFolder(config.dataDir))
  const pipelined = postgres !== undefined
  const kyselyOf = (pool: Pool) => new Kysely<Schema>({ dialect: dialectOf(pool, { pipelined }) })
  const db = kyselyOf(opened.pool)
  try {
    if (postgres) await postgres.withPatience((pool) => migrate(kyselyOf(pool)))
    else await migrate(db)
  } catch (error) {
    await opened.close()
    throw error
  }
  const { pool, listen, hold, close } = opened
  return { kind: pipelined ? 'postgres' : 'embedded', db, pool, listen, hold, close }
}

/** Loaded where it is used: it brings a whole database along. */
async function openInFolder(dataDir: string) {
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded(dataDir)
}
