import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { MailboxCall } from '../../../contract/access-log.ts'
import { openAccessLog } from '../../../server/access-log/access-log.ts'
import { purgeAccessLog } from '../../../server/access-log/purge-store.ts'
import { databases } from '../../support/databases.ts'
import { until } from '../../support/until.ts'
import { daysAgo, type AccessLogBench, openAccessLogBench } from './an-access-log.ts'

const done = { status: 200, foundNothing: false }
const aListing: MailboxCall = { what: 'listing', fields: ['id'], messageId: null, purpose: { kind: 'catch-up', recipeIds: [] } }

describe.each(databases)('the access log on %s', (kind) => {
  let bench: AccessLogBench
  beforeAll(async () => {
    bench = await openAccessLogBench(kind)
  })
  afterAll(() => bench.stop())

  const settled = (connectionId: string) =>
    until(async () => {
      const rows = await bench.rowsOf(connectionId)
      return rows.every(({ end_seq }) => end_seq !== null) && rows
    })

  /** Six calls, two of them under way at once. */
  async function aHistory() {
    const mailbox = await bench.connect()
    for (const messageId of ['a', 'b', 'c', 'd']) (await bench.begin(mailbox, { messageId }))(done)
    const [one, other] = await Promise.all([bench.begin(mailbox, { messageId: 'e' }), bench.begin(mailbox, { messageId: 'f' })])
    other({ status: 404, foundNothing: false })
    one({ status: 0, foundNothing: false })
    await settled(mailbox.connectionId)
    return mailbox
  }

  test('a call is committed before it leaves, and completed after', async () => {
    const mailbox = await bench.connect()
    const end = await bench.begin(mailbox, { purpose: { kind: 'try', recipeIds: [] } })
    expect(await bench.rowsOf(mailbox.connectionId)).toMatchObject([
      { seq: 1, what: 'locate', message_id: 'AAMk', purpose: 'try', status: null },
    ])
    end({ status: 404, foundNothing: false })
    expect(await settled(mailbox.connectionId)).toMatchObject([{ seq: 1, end_seq: 2, status: 404 }])
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 1, open: 0 }])
  })

  test('a row that somebody spoilt takes no other mailbox along', async () => {
    const [spoilt, well] = [await bench.connect(), await bench.connect()]
    for (const mailbox of [spoilt, well]) (await bench.begin(mailbox))(done)
    for (const { connectionId } of [spoilt, well]) await settled(connectionId)
    await bench.db
      .updateTable('access_chains')
      .set({ last_at: sql`'infinity'`, state_mac: 'é'.repeat(64) })
      .where('connection_id', '=', spoilt.connectionId)
      .execute()
    const [refused, begun] = await Promise.allSettled([bench.begin(spoilt), bench.begin(well)])
    if (refused.status === 'fulfilled') refused.value(done)
    if (begun.status === 'rejected') throw begun.reason
    begun.value(done)
    await settled(well.connectionId)
    expect(await bench.check(well.connectionId)).toEqual([{ whole: true, calls: 2, open: 0 }])
    expect(await bench.check(spoilt.connectionId)).toMatchObject([{ whole: false }])
    await bench.db.deleteFrom('connections').where('id', '=', spoilt.connectionId).execute()
  })

  test('many calls at once make one whole chain for each mailbox', async () => {
    const mailboxes = await Promise.all(Array.from({ length: 5 }, () => bench.connect()))
    await Promise.all(
      mailboxes.flatMap((mailbox) =>
        Array.from({ length: 40 }, async (_, index) => (await bench.begin(mailbox, { messageId: `m${index}` }))(done)),
      ),
    )
    for (const { connectionId } of mailboxes) {
      await settled(connectionId)
      expect(await bench.check(connectionId)).toEqual([{ whole: true, calls: 40, open: 0 }])
    }
  })

  test('two processes lengthen one chain', async () => {
    const mailbox = await bench.connect()
    const second = openAccessLog(bench.inTransaction)
    const key = async () => bench.keys.get(mailbox.connectionKey) ?? Buffer.alloc(32)
    const call: MailboxCall = { ...aListing, what: 'read', messageId: 'x' }
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const used = index % 2 === 0 ? bench.accessLog : second
        ;(await used.begin({ connectionId: mailbox.connectionId, key }, call))(done)
      }),
    )
    await second.stop()
    await settled(mailbox.connectionId)
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 30, open: 0 }])
  })

  test('listings in a row that find nothing are one entry with their count and span', async () => {
    const mailbox = await bench.connect()
    const list = async (foundNothing: boolean) => {
      ;(await bench.begin(mailbox, aListing))({ status: 200, foundNothing })
      await settled(mailbox.connectionId)
    }
    for (const foundNothing of [true, true, true]) await list(foundNothing)
    const [row, ...others] = await bench.rowsOf(mailbox.connectionId)
    expect(others).toEqual([])
    expect(row).toMatchObject({ count: 3, status: 200, seq: 1, end_seq: 2 })
    expect(row!.until!.getTime()).toBeGreaterThanOrEqual(row!.at.getTime())
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 1, open: 0 }])
    // One that finds something ends the row, one by another call in between begins the next.
    await list(false)
    await list(true)
    ;(await bench.begin(mailbox))(done)
    await list(true)
    await list(true)
    expect((await bench.rowsOf(mailbox.connectionId)).map(({ what, count }) => [what, count])).toEqual([
      ['listing', 4],
      ['listing', 1],
      ['locate', 1],
      ['listing', 2],
    ])
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 4, open: 0 }])
  })

  test('a call of a mailbox that is gone, or that the database does not take, must not leave', async () => {
    const mailbox = await bench.connect()
    await bench.db.deleteFrom('connections').where('id', '=', mailbox.connectionId).execute()
    await expect(bench.begin(mailbox)).rejects.toThrow('not-connected')
    const away = openAccessLog(async () => {
      throw new Error('no database')
    })
    const key = async () => randomBytes(32)
    await expect(away.begin({ connectionId: mailbox.connectionId, key }, aListing)).rejects.toThrow('no database')
  })

  test('an end that the database did not take at first is written later, once', async () => {
    const mailbox = await bench.connect()
    let isAway = false
    const flaky = openAccessLog(async (work) => {
      const answer = await bench.inTransaction(work)
      // As when the connection breaks after the commit.
      if (isAway) throw new Error('no database')
      return answer
    })
    const key = async () => bench.keys.get(mailbox.connectionKey) ?? Buffer.alloc(32)
    const end = await flaky.begin({ connectionId: mailbox.connectionId, key }, aListing)
    isAway = true
    end(done)
    await settled(mailbox.connectionId)
    isAway = false
    await flaky.stop()
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 1, open: 0 }])
  })

  test('a new key begins a new chain, and the former one is over', async () => {
    const mailbox = await aHistory()
    bench.keys.set(mailbox.connectionKey, randomBytes(32))
    ;(await bench.begin(mailbox, { messageId: 'new' }))(done)
    await settled(mailbox.connectionId)
    const results = await bench.check(mailbox.connectionId)
    expect(results).toHaveLength(2)
    expect(results).toEqual(expect.arrayContaining(['ended', { whole: true, calls: 1, open: 0 }]))
  })

  const rowOf = (connectionId: string, messageId: string) =>
    sql`message_id = ${messageId} and chain_id = (select id from access_chains where connection_id = ${connectionId})`
  const chainOf = (connectionId: string) => sql`select id from access_chains where connection_id = ${connectionId}`

  const tampering: [string, string, (of: string) => ReturnType<typeof sql>[]][] = [
    ['a message id is changed', 'changed', (of) => [sql`update access_log set message_id = 'z' where ${rowOf(of, 'b')}`]],
    ['what was done is changed', 'changed', (of) => [sql`update access_log set what = 'locate', fields = '{id}' where ${rowOf(of, 'b')}`]],
    ['a purpose is changed', 'changed', (of) => [sql`update access_log set purpose = 'try' where ${rowOf(of, 'c')}`]],
    ['a recipe is added', 'changed', (of) => [sql`update access_log set recipe_ids = array[gen_random_uuid()] where ${rowOf(of, 'c')}`]],
    ['a time is changed', 'changed', (of) => [sql`update access_log set at = at - interval '1 ms' where ${rowOf(of, 'a')}`]],
    ['a count is changed', 'changed', (of) => [sql`update access_log set count = 2 where ${rowOf(of, 'a')}`]],
    ['an outcome is changed', 'changed', (of) => [sql`update access_log set status = 404 where ${rowOf(of, 'a')}`]],
    [
      'an end is moved in time',
      'changed',
      (of) => [sql`update access_log set finished_at = finished_at + interval '1 s' where ${rowOf(of, 'f')}`],
    ],
    ['a row is removed', 'missing', (of) => [sql`delete from access_log where ${rowOf(of, 'b')}`]],
    ['the first row is removed', 'missing', (of) => [sql`delete from access_log where ${rowOf(of, 'a')}`]],
    [
      'an end is removed',
      'missing',
      (of) => [sql`update access_log set status = null, finished_at = null, end_seq = null, end_head = null where ${rowOf(of, 'b')}`],
    ],
    [
      'two rows change places',
      'changed',
      (of) => [
        sql`update access_log set seq = -1 where ${rowOf(of, 'a')}`,
        sql`update access_log set seq = 1 where ${rowOf(of, 'b')}`,
        sql`update access_log set seq = 3 where ${rowOf(of, 'a')}`,
      ],
    ],
    [
      'a row is added',
      'surplus',
      (of) => [
        sql`insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, head)
          select chain_id, 2, tenant_id, person_id, at, what, fields, purpose, recipe_ids, head from access_log where ${rowOf(of, 'a')}`,
      ],
    ],
    ['the tail is cut', 'cut-after', (of) => [sql`delete from access_log where ${rowOf(of, 'e')} or ${rowOf(of, 'f')}`]],
    ['all rows are removed', 'cut-after', (of) => [sql`delete from access_log where chain_id = (${chainOf(of)})`]],
    [
      'the beginning is cut as if it had been purged',
      'cut-before',
      (of) => [
        sql`update access_chains set kept_seq = 2, kept_head = (select end_head from access_log where ${rowOf(of, 'a')}) where connection_id = ${of}`,
        sql`delete from access_log where ${rowOf(of, 'a')}`,
      ],
    ],
    ['the key is said to be another', 'other-key', (of) => [sql`update access_chains set key_id = 'x' where connection_id = ${of}`]],
  ]

  test.each(tampering)('%s: found', async (_, because, statements) => {
    const { connectionId } = await aHistory()
    expect(await bench.check(connectionId)).toEqual([{ whole: true, calls: 6, open: 0 }])
    for (const statement of statements(connectionId)) await statement.execute(bench.db)
    expect(await bench.check(connectionId)).toMatchObject([{ whole: false, because }])
  })

  test('a chain that is taken away whole is missed, and so is its key', async () => {
    const { connectionId, connectionKey } = await aHistory()
    await sql`delete from access_chains where connection_id = ${connectionId}`.execute(bench.db)
    expect(await bench.check(connectionId)).toEqual(['no-chain'])
    const other = await aHistory()
    bench.keys.delete(other.connectionKey)
    expect(await bench.check(other.connectionId)).toEqual(['no-key'])
    bench.keys.delete(connectionKey)
  })

  test('what is older than runs are kept goes, and the rest can still be checked', async () => {
    const mailbox = await bench.connect()
    for (const days of [40, 39, 35, 32, 31, 1])
      await daysAgo(days, async () => {
        ;(await bench.begin(mailbox, { messageId: `${days} days` }))(done)
        await settled(mailbox.connectionId)
      })
    const purgedBefore = new Date(Date.now() - 30 * 86_400_000)
    expect(await bench.inTransaction((trx) => purgeAccessLog(trx, 30))).toBe(4)
    expect((await bench.rowsOf(mailbox.connectionId)).map(({ message_id }) => message_id)).toEqual(['31 days', '1 days'])
    expect(await bench.check(mailbox.connectionId, purgedBefore)).toEqual([{ whole: true, calls: 2, open: 0 }])
    expect(await bench.inTransaction((trx) => purgeAccessLog(trx, 30))).toBe(0)
    ;(await bench.begin(mailbox))(done)
    await settled(mailbox.connectionId)
    expect(await bench.check(mailbox.connectionId, purgedBefore)).toEqual([{ whole: true, calls: 3, open: 0 }])
    await bench.db.deleteFrom('connections').where('id', '=', mailbox.connectionId).execute()
    expect(await bench.inTransaction((trx) => purgeAccessLog(trx, 30))).toBe(1)
  })
})
