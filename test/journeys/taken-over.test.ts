// What a process had under way when it was killed goes on as soon as it is gone, and not when its lease has run out: leases
// are ten minutes long here, which no test waits for.
import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import type { Mail } from '../../sandbox/graph/message.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, itemsOf, runsOf } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

const env = { JOB_LEASE: '10m', CATCHUP_INTERVAL: '1d' }
const aFile: Mail = {
  attachments: [{ kind: 'file', name: 'invoice.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF'), isInline: false }],
}

const stages: [what: string, path: RegExp, mail: Mail, update: object][] = [
  ['while it reads a mail', /\/messages\/A/, {}, {}],
  ['while it brings a file', /\/\$value/, aFile, { attachments: 'files', update: '{{ message.body.html }}' }],
]

async function withRecipe(world: World, action: object) {
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail, actions: [createItemOn(board, { ...action })] })
  await world.untilIdle()
  return { api, board }
}

const databaseOf = async <Result>({ environment }: World, work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
  const client = new pg.Client(environment['DATABASE_URL'])
  await client.connect()
  return work(client).finally(() => client.end())
}

async function finishes(world: World, { api, board }: Awaited<ReturnType<typeof withRecipe>>): Promise<void> {
  await until(async () => (await runsOf(api)).every(({ outcome }) => outcome === 'done') && (await runsOf(api)).length === 1)
  await world.untilIdle()
  const [item, ...others] = await itemsOf(api, board)
  expect(item).toBeDefined()
  expect(others).toEqual([])
}

describe.each(databases)('on %s', (database) => {
  test.each(stages)('a process that was killed %s goes on when it starts again', async (_, path, mail, action) => {
    await using world = await startWorld({ database, process: 'child', env })
    const known = await withRecipe(world, action)
    const stall = world.sandbox.misbehave('graph', { match: { path }, stall: true })
    await world.sandbox.graph.deliver(world.camille, aMail(mail))
    await until(() => stall.seen() > 0)

    await world.server.kill()
    stall.clear()
    await world.server.start()

    await finishes(world, known)
  })
})

// Several servers need PostgreSQL.
for (const database of databases.filter((each) => each === 'postgresql'))
  describe(`two workers, on ${database}`, () => {
    test.each(stages)('one is killed %s, and the other goes on with it', async (_, path, mail, action) => {
      await using world = await startWorld({ database, replicas: ['web', 'worker', 'worker'], env })
      const known = await withRecipe(world, action)
      const [, one, other] = world.replicas
      await other?.stop()
      const stall = world.sandbox.misbehave('graph', { match: { path }, stall: true })
      await world.sandbox.graph.deliver(world.camille, aMail(mail))
      await until(() => stall.seen() > 0)

      await other?.start()
      await one?.kill()
      stall.clear()

      await finishes(world, known)
    })

    test('a process that loses its line to PostgreSQL for a moment keeps what it has under way', async () => {
      await using world = await startWorld({ database, replicas: ['all', 'all'], env })
      const known = await withRecipe(world, {})
      const stall = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, stall: true })
      await world.sandbox.graph.deliver(world.camille, aMail())
      await until(() => stall.seen() > 0)

      await databaseOf(world, async (client) => {
        const present = `select count(*)::int as held from pg_locks where locktype = 'advisory' and objsubid = 2 and granted
        and objid::bigint in (select number from workers) and database = (select oid from pg_database where datname = current_database())`
        const held = async () => (await client.query(present)).rows[0]?.held
        expect(await held()).toBe(2)
        await client.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2 and granted`)
        await until(async () => (await held()) === 2)
      })
      stall.clear()

      await finishes(world, known)
      const reads = world.sandbox.graph.ledger.entries.filter(({ path }) => path.startsWith('/me/mailFolders/inbox/messages/A'))
      expect(reads.length).toBeLessThanOrEqual(2)
    })

    test('whoever ends in peace is off the list at once', async () => {
      await using world = await startWorld({ database, replicas: ['all', 'all'], env })
      const count = () => databaseOf(world, async (client) => (await client.query('select count(*)::int as all from workers')).rows[0]?.all)
      expect(await count()).toBe(2)

      await world.replicas[0]?.stop()
      expect(await count()).toBe(1)
      await world.replicas[1]?.kill()
      expect(await count()).toBe(1)
      await world.replicas[0]?.start()
      await until(async () => (await count()) === 1)
    })
  })
