// What hangs ends: a statement that waits for a lock that nobody gives back, and a transaction whose process stands still.
// Migrations may take their time.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import pg from 'pg'
import { type OpenDatabase, openDatabase } from '../../../server/database/database.ts'
import { isTimedOut } from '../../../server/database/postgres.ts'
import { afterFailure } from '../../../server/jobs/retry.ts'
import { databases, type OpenTestDatabase, openTestDatabase } from '../../support/databases.ts'
import { startWorld } from '../../support/world.ts'
import { failureOf } from '../../support/failure.ts'

// The embedded database has one connection: there is nobody to wait for.
const onPostgres = databases.includes('postgresql') ? ['postgresql' as const] : []

for (const kind of onPostgres) {
  let storage: OpenTestDatabase
  let database: OpenDatabase
  beforeAll(async () => {
    storage = await openTestDatabase(kind)
    database = await openDatabase({ databaseUrl: storage.env.DATABASE_URL ?? null, dataDir: storage.env.DATA_DIR })
  })
  afterAll(async () => {
    await database.close()
    await storage.drop()
  })

  test('a statement may take thirty seconds, a transaction wait for us sixty; nothing of it holds for the connection that listens', async () => {
    const { rows } = await sql<{ statement: string; idle: string }>`
      select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle`.execute(
      database.db,
    )
    expect(rows).toEqual([{ statement: '30s', idle: '1min' }])
  })

  test('a stuck statement ends, with all that it held, and its connection goes on', async () => {
    const stuck = database.db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = '200ms'`.execute(trx)
      await sql`select pg_sleep(3600)`.execute(trx)
    })
    const error = await failureOf(stuck)
    expect(isTimedOut(error)).toBe(true)
    // Tried again, and not for ever.
    expect(afterFailure(error, 1, 2_000)).toHaveProperty('retryInSeconds')
    expect(afterFailure(error, 8, 2_000)).toHaveProperty('giveUp')
    await sql`select 1`.execute(database.db)
  })

  test('a transaction that nobody goes on with ends, and lets go of its locks', async () => {
    const left = new pg.Client({ connectionString: storage.env.DATABASE_URL, idle_in_transaction_session_timeout: 200 })
    left.on('error', () => undefined)
    await left.connect()
    await left.query('begin; lock table policies in access exclusive mode')
    // It would wait for ever.
    await sql`select count(*) from policies`.execute(database.db)
  })

  test('who waits for a lock that nobody gives back is answered 503, and others are served meanwhile', async () => {
    await using world = await startWorld({ database: kind, env: {} })
    const holder = new pg.Client({ connectionString: world.environment['DATABASE_URL'] })
    await holder.connect()
    try {
      await world.api(world.camille).call('readMe')
      await holder.query('begin; lock table policies in access exclusive mode')
      const asked = performance.now()
      const [refused] = await Promise.all([world.api(world.camille).problemOf('readPolicy'), world.api(world.camille).call('listBoards')])
      expect(refused.code).toBe('service-unavailable')
      expect(performance.now() - asked).toBeLessThan(45_000)
    } finally {
      await holder.end()
    }
  })
}

test('every code that says so is known', () => {
  for (const code of ['57014', '55P03', '25P03']) expect(isTimedOut(Object.assign(new Error('late'), { code }))).toBe(true)
  for (const error of [undefined, null, 'text', new Error('57014'), { code: '42601' }]) expect(isTimedOut(error)).toBe(false)
})
