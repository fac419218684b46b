// The database: PostgreSQL where DATABASE_URL names one, else PGlite in DATA_DIR. One dialect, one driver, so that what
// holds for one holds for the other (test/server/database.contract.test.ts runs the same cases on both).
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import type { Pool } from 'pg'
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'
import { openPostgres } from './postgres.ts'
import type { Database, Schema } from './schema.ts'
import { withoutNul } from './text.ts'

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
  const opened = config.databaseUrl === null ? await openEmbedded(config.dataDir) : await openPostgres(config.databaseUrl)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: cleaning(opened.pool) }) })
  try {
    await migrate(db)
  } catch (error) {
    await opened.close()
    throw error
  }
  return { kind: config.databaseUrl === null ? 'embedded' : 'postgres', db, ...opened }
}

/** The one place where text on its way into the database loses its NUL bytes, which PostgreSQL refuses. */
function cleaning(pool: Pool): PostgresPool {
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect()
    const query = (text: string, values: readonly unknown[] = []) =>
      client.query(
        text,
        values.map((value) => (typeof value === 'string' ? withoutNul(value) : value)),
      )
    // The other overload takes cursors, which are not used.
    return { query: query as unknown as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) }
  }
  return { connect, end: async () => undefined, options: pool.options }
}
