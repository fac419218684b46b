import { describe, expect, test } from '@jest/globals'
import { openDatabase } from '../../../server/database/database.ts'
import { announce, type Announcement, openLive } from '../../../server/live/live.ts'
import { databases, openTestDatabase } from '../../support/databases.ts'
import { until } from '../../support/until.ts'

const word = (id: string): Announcement => ({ tenantId: 't', personId: null, kind: 'item', id })

describe.each(databases)('%s', (kind) => {
  test('what is committed is heard by all who listen, until they leave', async () => {
    const storage = await openTestDatabase(kind)
    const config = { databaseUrl: storage.env.DATABASE_URL ?? null, dataDir: storage.env.DATA_DIR }
    const database = await openDatabase(config)
    const live = await openLive(database)
    const heard: string[][] = [[], []]
    const leave = heard.map((list) => live.subscribe((said) => list.push(said === 'end' ? 'end' : said.id)))
    await announce(database.db, word('1'))
    await until(() => heard.every((list) => list.length === 1))
    leave[0]?.()
    await announce(database.db, word('2'))
    await until(() => heard[1]?.length === 2)
    await live.stop()
    expect(heard).toEqual([['1'], ['1', '2', 'end']])
    await database.close()
    await storage.drop()
  })
})

for (const kind of databases.filter((each) => each === 'postgresql')) {
  test('a word said at one replica is heard at another, also after its line broke', async () => {
    const storage = await openTestDatabase(kind)
    const config = { databaseUrl: storage.env.DATABASE_URL ?? null, dataDir: storage.env.DATA_DIR }
    const [here, there] = [await openDatabase(config), await openDatabase(config)]
    const live = await openLive(there)
    const heard: string[] = []
    live.subscribe((said) => heard.push(said === 'end' ? 'end' : said.id))
    await announce(here.db, word('1'))
    await until(() => heard.includes('1'))

    await here.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and datname = current_database()`,
    )
    await until(() => heard.includes('end'))
    await announce(here.db, word('2'))
    await until(() => heard.includes('2'))
    expect(heard).toEqual(['1', 'end', '2'])
    await live.stop()
    await Promise.all([here.close(), there.close()])
    await storage.drop()
  })
}
