// The embedded database: PGlite behind the same pg.Pool that speaks to PostgreSQL. It has one connection, no vacuum of
// its own and no lock on its folder; the last two are brought here.
import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { Pool } from 'pg'
import { log } from '../log.ts'
import { lockDirectory } from './directory-lock.ts'
import type { Listen } from './database.ts'

const vacuumEveryMs = 3_000

export async function openEmbedded(dataDir: string): Promise<{ pool: Pool; listen: Listen; close: () => Promise<void> }> {
  const directory = resolve(dataDir)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const lock = lockDirectory(directory)
  try {
    const pglite = await PGlite.create({ dataDir: join(directory, 'database') })
    // More than one client on the one connection ruins the protocol.
    const pool = new Pool(Object.assign(createPgConfig(pglite), { max: 1, idleTimeoutMillis: 0 }))
    const stopVacuum = keepVacuumed(pool)
    return {
      pool,
      listen: listenOn(pglite, pool),
      close: async () => {
        await stopVacuum()
        await pool.end()
        await pglite.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** LISTEN goes through the pool: asked of PGlite itself, it would run inside whatever transaction is open. */
function listenOn(pglite: PGlite, pool: Pool): Listen {
  return async (channel, onPayload) => {
    await pool.query(`listen "${channel}"`)
    return pglite.onNotification((heard, payload) => {
      if (heard === channel) onPayload(payload)
    })
  }
}

/** Without it the queue's tables fill with dead rows, and each claim gets slower. */
function keepVacuumed(pool: Pool): () => Promise<void> {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = vacuum(pool).catch((error: unknown) => log.warn({ err: error }, 'The embedded database was not vacuumed'))
  }, vacuumEveryMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}

async function vacuum(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ table: string }>(
    `select format('%I.%I', schemaname, relname) as table from pg_stat_user_tables where n_dead_tup > 200 order by n_dead_tup desc limit 4`,
  )
  for (const { table } of rows) await pool.query(`vacuum analyze ${table}`)
}
