import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('disconnecting leaves no subscription, no token and no work, with a receipt; the items stay', async () => {
    await using world = await startWorld({ database })
    const { graph, vault } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await graph.deliver(world.camille, aMail())
    await untilItems(api, board, 1)
    await world.untilIdle()
    expect(vault.tokenPaths()).toHaveLength(1)

    const { receiptId } = await api.call('disconnect', { params: { provider: 'microsoft' } })
    const receipt = await until(async () => {
      const found = await api.call('readReceipt', { params: { id: receiptId } })
      return found.finishedAt && found
    })

    expect(receipt.parts.map(({ part, state }) => [part, state])).toEqual(
      expect.arrayContaining([
        ['subscription', 'removed'],
        ['tokens', 'removed'],
      ]),
    )
    expect(receipt.parts.filter(({ state }) => state === 'to-go')).toEqual([])
    expect(vault.paths()).toEqual([])
    expect(graph.subscriptions(world.camille)).toEqual([])
    expect(await connectionOf(api)).toBeUndefined()
    expect(await itemsOf(api, board)).toHaveLength(1)

    graph.ledger.clear()
    const { id } = await graph.deliver(world.camille, aMail({ subject: 'Invoice afterwards' }))
    await world.untilIdle()
    expect(graph.ledger.entries).toEqual([])
    expect(id).toBeTruthy()
  })

  test('with Vault sealed the receipt says what is still to go, and it goes when Vault is open', async () => {
    await using world = await startWorld({ database })
    const { vault } = world.sandbox
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await world.untilIdle()

    vault.seal()
    const { receiptId } = await api.call('disconnect', { params: { provider: 'microsoft' } })
    const before = await api.call('readReceipt', { params: { id: receiptId } })
    expect(before.finishedAt).toBeNull()

    vault.unseal()
    await until(async () => (await api.call('readReceipt', { params: { id: receiptId } })).finishedAt)
    expect(vault.paths()).toEqual([])
  })
})

// Whoever removes a mailbox or a person waits for work that is under way, and that work never waits for them.
const work = [
  [['disconnect', 'a mail'], ['select from connections for key share'], ["update inbox_messages set state = 'treated'"]],
  [
    ['eraseMe', 'a mail'],
    ['select from recipes for share'],
    [
      'select from boards for key share',
      'select from people for key share',
      'select from connections for key share',
      "update inbox_messages set state = 'treated'",
    ],
  ],
  [['eraseMe', 'a run'], ['update runs set lease_until = now()'], ['select from boards for share', 'select from people for key share']],
] as const

// The embedded database has one connection, and nobody to wait for.
for (const [[operation, what], first, then] of databases.includes('postgresql') ? work : [])
  test(`${operation} comes between the steps of ${what}, and both end`, async () => {
    await using world = await startWorld({ database: 'postgresql' })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail })
    await world.sandbox.graph.deliver(world.camille, aMail())
    await untilItems(api, board, 1)
    await world.untilIdle()
    const connectionString = world.environment['DATABASE_URL']
    const [worker, watcher] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })] as const
    await Promise.all([worker.connect(), watcher.connect()])
    try {
      await watcher.query(
        what === 'a run' ? "update runs set outcome = 'waiting'" : "update inbox_messages set state = 'queued', treated_at = null",
      )
      const { rows: own } = await worker.query<{ pid: number }>('select pg_backend_pid() as pid')
      await worker.query("begin; set local lock_timeout = '500ms'")
      for (const statement of first) await worker.query(statement)
      const { receiptId } = await (operation === 'eraseMe'
        ? api.call('eraseMe')
        : api.call('disconnect', { params: { provider: 'microsoft' } }))
      await until(async () => {
        const { rows } = await watcher.query<{ waiting: number }>(
          'select count(*)::int as waiting from pg_stat_activity where datname = current_database() and $1::int = any(pg_blocking_pids(pid))',
          [own[0]?.pid],
        )
        return rows[0]?.waiting
      })
      for (const statement of then) await worker.query(statement)
      await worker.query('commit')
      const receipt = () => api.call('readReceipt', { params: { id: receiptId } })
      await until(async () => (await receipt()).finishedAt !== null)
      expect((await receipt()).parts.map(({ state }) => state)).not.toContain('to-go')
    } finally {
      await Promise.all([worker.end(), watcher.end()])
    }
  })
