// The embedded database: PGlite in a thread, behind the same pg.Pool that speaks to PostgreSQL. It has one connection, no vacuum
// of its own and no lock on its folder; the last two are brought here.
import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ClientBase, Pool } from 'pg'
import { log } from '../log.ts'
import type { Hold, Listen } from './session.ts'
import { lockDirectory } from './directory-lock.ts'
import { EmbeddedSocket } from './embedded-socket.ts'

const vacuumEveryMs = 3_000

export async function openEmbedded(dataDir: string): Promise<{ pool: Pool; listen: Listen; hold: Hold; close: () => Promise<void> }> {
  const directory = resolve(dataDir)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const lock = lockDirectory(directory)
  const sockets = openSockets(join(directory, 'database'))
  const listeners = openListeners()
  const pool = new Pool({
    stream: sockets.open,
    onConnect: listeners.attach,
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    // More than one connection would be more than one database on the same files.
    max: 1,
    idleTimeoutMillis: 0,
  })
  pool.on('error', (error) => log.error({ err: error }, 'The embedded database broke off; it is opened again'))
  const close = async () => {
    await pool.end()
    await sockets.closed()
    lock.release()
  }
  try {
    await pool.query('select 1')
  } catch (error) {
    await close()
    throw error
  }
  const stopVacuum = keepVacuumed(pool)
  return {
    pool,
    listen: listeners.listenThrough(pool),
    // Its folder is locked: nobody else is there who would ask.
    hold: async () => async () => undefined,
    close: async () => {
      await stopVacuum()
      await close()
    },
  }
}

/** The next one opens its thread when the one before has let go of the folder. */
function openSockets(folder: string) {
  let last: EmbeddedSocket | undefined
  return {
    open: () => (last = new EmbeddedSocket(folder, last?.gone)),
    closed: async () => last?.gone,
  }
}

type Listener = { channel: string; onPayload: (payload: string) => void; onGap: (() => void) | undefined }

/** They hear on the one connection that there is, and anew on the one that follows it. */
function openListeners() {
  const listeners = new Set<Listener>()
  const listenTo = (channel: string) => `listen "${channel}"`
  return {
    attach: async (client: ClientBase): Promise<void> => {
      // It may break off between two statements of a transaction, when nobody waits for it: the next statement fails then.
      client.on('error', () => undefined)
      client.on('notification', ({ channel, payload }) => {
        for (const listener of listeners) if (listener.channel === channel) listener.onPayload(payload ?? '')
      })
      for (const channel of new Set([...listeners].map((listener) => listener.channel))) await client.query(listenTo(channel))
      for (const { onGap } of listeners) onGap?.()
    },
    listenThrough:
      (pool: Pool): Listen =>
      async (channel, onPayload, onGap) => {
        const listener = { channel, onPayload, onGap }
        listeners.add(listener)
        await pool.query(listenTo(channel))
        return () => void listeners.delete(listener)
      },
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
