// Whoever has the database can put a chain and its row back to an earlier state as a whole: what it had come to is anchored
// outside.
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { keepAnchors, type KeptOf } from '../../../server/access-log/anchors.ts'
import { firstHead, formerHeadOfBeginning, headOfEnding, keyIdOf } from '../../../server/access-log/chain.ts'
import { purgeAccessLog } from '../../../server/access-log/purge-store.ts'
import { stateMac } from '../../../server/access-log/state.ts'
import { setLogLevel } from '../../../server/log.ts'
import { metricsText } from '../../../server/metrics.ts'
import { databases } from '../../support/databases.ts'
import { until } from '../../support/until.ts'
import { daysAgo, type AccessLogBench, openAccessLogBench } from './an-access-log.ts'

setLogLevel('silent')

const done = { status: 200, foundNothing: false }
const nothing = { status: 200, foundNothing: true }
const listing = { what: 'listing', fields: ['id'], messageId: null, purpose: { kind: 'catch-up', recipeIds: [] } } as const

describe.each(databases)('what the access log had come to, on %s', (kind) => {
  let bench: AccessLogBench
  beforeAll(async () => {
    bench = await openAccessLogBench(kind)
  })
  afterAll(() => bench.stop())

  type Mailbox = Awaited<ReturnType<AccessLogBench['connect']>>

  async function calls(mailbox: Mailbox, ...messageIds: string[]): Promise<void> {
    for (const messageId of messageIds) {
      ;(await bench.begin(mailbox, { messageId }))(done)
      await settled(mailbox)
    }
  }
  const settled = ({ connectionId }: Mailbox) =>
    until(async () => (await bench.rowsOf(connectionId)).every(({ end_seq }) => end_seq !== null))

  async function anchored(...messageIds: string[]): Promise<Mailbox> {
    const mailbox = await bench.connect()
    await calls(mailbox, ...messageIds)
    await bench.anchor()
    expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: messageIds.length * 2 }])
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: messageIds.length, open: 0 }])
    return mailbox
  }

  const cutAfter = async ({ connectionId }: Mailbox, seq: number) => {
    const chain = sql`chain_id = (select id from access_chains where connection_id = ${connectionId} and not ended)`
    await sql`update access_chains set seq = ${seq + 1}, tail_seq = ${seq},
      head = (select end_head from access_log where ${chain} and seq = ${seq}) where connection_id = ${connectionId}`.execute(bench.db)
    await sql`delete from access_log where ${chain} and seq > ${seq}`.execute(bench.db)
  }

  /** As a backup brings it back: the row of the chain was signed when it was so. */
  const restoredAfter = async (mailbox: Mailbox, seq: number) => {
    await cutAfter(mailbox, seq)
    const { connectionId, connectionKey } = mailbox
    const chain = await bench.db.selectFrom('access_chains').selectAll().where('connection_id', '=', connectionId).executeTakeFirstOrThrow()
    const last_at = (await bench.rowsOf(connectionId)).at(-1)!.at
    const state_mac = stateMac(bench.keys.get(connectionKey)!, { ...chain, last_at })
    await bench.db.updateTable('access_chains').set({ last_at, state_mac }).where('id', '=', chain.id).execute()
  }

  test('a tail that is cut together with the row of its chain is missed, now and when the chain has grown past it', async () => {
    const mailbox = await anchored('a', 'b', 'c', 'd')
    await cutAfter(mailbox, 3)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: false, because: 'behind-anchor', seq: 5, lacking: 4 }])
    await calls(mailbox, 'x')
    await bench.anchor()
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ because: 'behind-anchor', lacking: 2 }])
    await calls(mailbox, 'y', 'z')
    await bench.anchor()
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: false, because: 'beside-anchor', seq: 8 }])
    expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: 8 }])
  })

  test('all entries removed, as if the chain had just begun: missed', async () => {
    const mailbox = await anchored('a', 'b')
    await sql`delete from access_log where chain_id in (select id from access_chains where connection_id = ${mailbox.connectionId})`.execute(
      bench.db,
    )
    await sql`update access_chains set seq = 0, head = kept_head where connection_id = ${mailbox.connectionId}`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ because: 'behind-anchor', lacking: 4 }])
  })

  test('a chain that is said to be over is checked as long as Vault has its key, and so is the one after it', async () => {
    const mailbox = await anchored('a', 'b', 'c')
    await sql`update access_chains set ended = true where connection_id = ${mailbox.connectionId}`.execute(bench.db)
    await calls(mailbox, 'x')
    await bench.anchor()
    expect(bench.anchorsOf(mailbox.connectionKey)).toHaveLength(2)
    const whole = [expect.objectContaining({ calls: 3 }), expect.objectContaining({ calls: 1 })]
    expect(await bench.check(mailbox.connectionId)).toEqual(expect.arrayContaining(whole))
    await sql`delete from access_log where message_id = 'b' and chain_id in
      (select id from access_chains where connection_id = ${mailbox.connectionId})`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toEqual(
      expect.arrayContaining([expect.objectContaining({ whole: false, because: 'missing' }), expect.objectContaining({ calls: 1 })]),
    )
    await sql`update access_chains set key_id = 'x' where ended and connection_id = ${mailbox.connectionId}`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toEqual(expect.arrayContaining([expect.objectContaining({ because: 'other-key' })]))
  })

  test('a chain that is taken away, or given to another connection, is missed whatever follows', async () => {
    const mailbox = await anchored('a')
    await sql`delete from access_chains where connection_id = ${mailbox.connectionId}`.execute(bench.db)
    await calls(mailbox, 'x')
    await bench.anchor()
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 1, open: 0 }, 'taken-away'])
    const other = await anchored('a')
    await sql`update access_chains set connection_id = gen_random_uuid() where connection_id = ${other.connectionId}`.execute(bench.db)
    expect(await bench.check(other.connectionId)).toEqual(['taken-away', 'no-chain'])
  })

  const given: [string, string][] = [
    ['person', 'person_id = (select id from people where id <> access_log.person_id limit 1)'],
    ['tenant', 'tenant_id = gen_random_uuid()'],
    ['id', 'id = gen_random_uuid()'],
  ]

  test.each(given)('an entry that is given another %s: found', async (_, change) => {
    const mailbox = await anchored('a', 'b', 'c')
    await sql`update access_log set ${sql.raw(change)} where message_id = 'b' and chain_id in
      (select id from access_chains where connection_id = ${mailbox.connectionId})`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: false, seq: 3 }])
  })

  test('a whole log that is given to another person: found', async () => {
    const mailbox = await anchored('a', 'b')
    const other = { tenant_id: randomUUID(), object_id: randomUUID(), display_name: 'Yanis' }
    const { id } = await bench.db.insertInto('people').values(other).returning('id').executeTakeFirstOrThrow()
    await sql`update access_log set person_id = ${id} where chain_id in
      (select id from access_chains where connection_id = ${mailbox.connectionId})`.execute(bench.db)
    await sql`update access_chains set person_id = ${id} where connection_id = ${mailbox.connectionId}`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: false, because: 'other-owner' }])
    await sql`update connections set person_id = ${id} where id = ${mailbox.connectionId}`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: false, because: 'changed' }])
  })

  test('an outcome that is made up for a call without an end: found', async () => {
    const mailbox = await bench.connect()
    await bench.begin(mailbox)
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 1, open: 1 }])
    await sql`update access_log set status = 404, finished_at = now() where end_seq is null and person_id in
      (select person_id from connections where id = ${mailbox.connectionId})`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: false, because: 'changed' }])
  })

  test('the row of a listing that may still be added to is not anchored, and a mailbox at rest asks nothing of Vault', async () => {
    const mailbox = await anchored('a')
    for (const outcome of [nothing, nothing, nothing]) {
      ;(await bench.begin(mailbox, { ...listing, purpose: { kind: 'catch-up', recipeIds: [] }, fields: ['id'] }))(outcome)
      await settled(mailbox)
      await bench.anchor()
      expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: 2 }])
    }
    await calls(mailbox, 'b')
    await bench.anchor()
    expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: 6 }])
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 3, open: 0 }])
  })

  test('an end that comes long after its beginning is found in what is anchored next', async () => {
    const mailbox = await bench.connect()
    const end = await bench.begin(mailbox, { messageId: 'long' })
    await Promise.all(Array.from({ length: 150 }, async (_, index) => (await bench.begin(mailbox, { messageId: `${index}` }))(done)))
    await until(async () => (await bench.rowsOf(mailbox.connectionId)).filter(({ end_seq }) => end_seq === null).length === 1)
    await bench.anchor()
    expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: 301 }])
    end(done)
    await settled(mailbox)
    await bench.anchor()
    expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: 302 }])
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 151, open: 0 }])
  })

  test('what was purged since it was anchored is no break', async () => {
    const mailbox = await bench.connect()
    await daysAgo(40, () => calls(mailbox, 'a'))
    await bench.anchor()
    // A process that is killed has anchored no more.
    await daysAgo(35, () => calls(mailbox, 'b', 'c'))
    bench.forget()
    const purgedBefore = new Date(Date.now() - 30 * 86_400_000)
    await bench.inTransaction((trx) => purgeAccessLog(trx, 30))
    expect(await bench.rowsOf(mailbox.connectionId)).toMatchObject([{ message_id: 'c', seq: 5 }])
    expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: 2 }])
    expect(await bench.check(mailbox.connectionId, purgedBefore)).toEqual([{ whole: true, calls: 1, open: 0 }])
    await calls(mailbox, 'd')
    await bench.anchor()
    expect(bench.anchorsOf(mailbox.connectionKey)).toMatchObject([{ seq: 8 }])
    expect(await bench.check(mailbox.connectionId, purgedBefore)).toEqual([{ whole: true, calls: 2, open: 0 }])
  })

  test('a database that was restored is a break until it is accepted', async () => {
    const restored = await anchored('a', 'b', 'c')
    await restoredAfter(restored, 3)
    const [finding] = await bench.findings(restored.connectionId)
    expect(finding).toMatchObject({ result: { because: 'behind-anchor', lacking: 2 }, isAnchored: true })
    await finding!.accept?.()
    expect(await bench.check(restored.connectionId)).toEqual([{ whole: true, calls: 2, open: 0 }])
    await calls(restored, 'x')
    await bench.anchor()
    expect(bench.anchorsOf(restored.connectionKey)).toMatchObject([{ seq: 6 }])
    expect(await bench.check(restored.connectionId)).toEqual([{ whole: true, calls: 3, open: 0 }])
  })

  test('entries from before an entry said whose it is go on being checked, and what follows is chained to them', async () => {
    const mailbox = await bench.connect()
    await calls(mailbox, 'a')
    const [row] = await bench.rowsOf(mailbox.connectionId)
    const { chain_id, id, tenant_id, person_id, seq, at, what, fields, message_id, recipe_ids, count, until: end } = row!
    const owned = { id, tenantId: tenant_id, personId: person_id }
    const call = { ...owned, seq, at, what, fields, messageId: message_id, count, until: end }
    const key = bench.keys.get(mailbox.connectionKey)!
    const head = formerHeadOfBeginning(key, firstHead(key, chain_id), { ...call, purpose: { kind: row!.purpose, recipeIds: recipe_ids } })
    const endHead = headOfEnding(key, head, { seq: 2, beganAs: 1, status: 200, finishedAt: row!.finished_at! })
    await sql`update access_log set head = ${head}, end_head = ${endHead} where chain_id = ${chain_id}`.execute(bench.db)
    await sql`update access_chains set head = ${endHead}, state_mac = null where id = ${chain_id}`.execute(bench.db)
    await calls(mailbox, 'b')
    await bench.anchor()
    expect(await bench.check(mailbox.connectionId)).toEqual([{ whole: true, calls: 2, open: 0 }])
    await sql`update access_log set person_id = (select id from people where id <> ${person_id} limit 1)
      where chain_id = ${chain_id} and seq = 1`.execute(bench.db)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: false, because: 'other-owner' }])
  })

  test('that a chain does not go on is told once, until it goes on again', async () => {
    const told = async () => Number(/^mailboard_alarms_total\{alarm="access-log-broken"\} (\d+)$/m.exec(await metricsText())?.[1] ?? 0)
    const before = await told()
    const [key, connectionId, chainId] = [randomBytes(32), randomUUID(), randomUUID()]
    let asked = 1
    const keptOf: KeptOf = async () => {
      asked += 1
      return { key, anchors: new Map(asked === 4 ? [] : [[chainId, { seq: 1, head: 'lost' }]]), write: async () => 'written' }
    }
    const pace = { quietMs: 1, longestMs: 60_000, shortestMs: 1, mostPerSecond: 100 }
    const keeper = keepAnchors({ inTransaction: bench.inTransaction, keptOf, retentionDays: 30, pace })
    for (const [seq, times] of [
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 2],
    ] as const) {
      keeper.note([{ connectionId, chainId, keyId: keyIdOf(key), seq, head: `${seq}` }])
      await until(async () => asked === seq && (await told()) - before === times)
    }
    await keeper.stop()
  })

  test('a chain under a key that Vault does not have any more is not anchored', async () => {
    const mailbox = await bench.connect()
    await calls(mailbox, 'a')
    bench.keys.set(mailbox.connectionKey, randomBytes(32))
    await bench.anchor()
    expect(bench.anchorsOf(mailbox.connectionKey)).toEqual([])
  })
})
