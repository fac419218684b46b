// The embedded database runs beside the process, not in it: what it takes long for holds nobody up, and where it breaks off it is
// opened again.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { PoolClient } from 'pg'
import { type OpenDatabase, openDatabase } from '../../../server/database/database.ts'
import { type OpenTestDatabase, openTestDatabase } from '../../support/databases.ts'
import { until } from '../../support/until.ts'

let storage: OpenTestDatabase
let database: OpenDatabase

beforeEach(async () => {
  storage = await openTestDatabase('pglite')
  database = await openDatabase({ databaseUrl: null, dataDir: storage.env.DATA_DIR })
})
afterEach(async () => {
  await database.close()
  await storage.drop()
})

test('while a statement takes long, the process goes on', async () => {
  let [turns, isAnswered] = [0, false]
  const asked = database.pool.query('select count(*) from generate_series(1, 2000000)').then(({ rows }) => {
    isAnswered = true
    return rows as unknown
  })
  while (!isAnswered) {
    await new Promise(setImmediate)
    turns += 1
  }
  expect(await asked).toEqual([{ count: '2000000' }])
  expect(turns).toBeGreaterThan(100)
})

test('an answer of many megabytes comes whole', async () => {
  const { rows } = await database.pool.query<{ text: string }>(`select repeat('é', 500000) || n as text from generate_series(1, 20) n`)
  expect(rows.map(({ text }) => text.length)).toEqual(Array.from({ length: 20 }, (_, at) => 500_000 + String(at + 1).length))
})

test('a statement that fails leaves the next ones whole, in a transaction and outside', async () => {
  const { db, pool } = database
  await expect(pool.query('select nothing')).rejects.toMatchObject({ code: '42703' })
  await expect(
    db.transaction().execute((trx) =>
      trx
        .selectFrom('nowhere' as 'people')
        .selectAll()
        .execute(),
    ),
  ).rejects.toThrow('nowhere')
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('where it breaks off it is opened again, with all that was committed, and is listened to', async () => {
  const { pool, listen } = database
  const heard: string[] = []
  let gaps = 0
  await listen('words', (payload) => heard.push(payload), () => (gaps += 1)) // prettier-ignore
  await pool.query('create table kept (number int)')
  await pool.query('insert into kept values (1)')

  const client = await pool.connect()
  await client.query('begin')
  await client.query('insert into kept values (2)')
  breakOff(client)
  await expect(client.query('commit')).rejects.toThrow(/terminated|connection error|not queryable/)
  client.release(true)

  expect((await pool.query('select number from kept')).rows).toEqual([{ number: 1 }])
  await pool.query(`select pg_notify('words', 'again')`)
  await until(() => heard.length > 0)
  expect([heard, gaps]).toEqual([['again'], 1])
})

function breakOff(client: PoolClient) {
  const { stream } = (client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection
  stream.destroy(new Error('Connection terminated'))
}
