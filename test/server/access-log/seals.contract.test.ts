// What somebody with the database alone may try on rows that no link protects: each is found, and what is honest is not.
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type RawBuilder, sql } from 'kysely'
import { listAccess } from '../../../server/access-log/access-log-store.ts'
import { purgeAccessLog } from '../../../server/access-log/purge-store.ts'
import { databases } from '../../support/databases.ts'
import { until } from '../../support/until.ts'
import { daysAgo, type AccessLogBench, openAccessLogBench } from './an-access-log.ts'

const done = { status: 200, foundNothing: false }
const listing = { what: 'listing' as const, messageId: null, purpose: { kind: 'catch-up' as const, recipeIds: [] } }

describe.each(databases)('rows that no link protects, on %s', (kind) => {
  let bench: AccessLogBench

  beforeAll(async () => {
    bench = await openAccessLogBench(kind, { sealed: true })
  })
  afterAll(() => bench.stop())

  type Mailbox = Awaited<ReturnType<AccessLogBench['connect']>>
  const run = (statement: RawBuilder<unknown>) => statement.execute(bench.db)
  const settled = ({ connectionId }: Mailbox) =>
    until(async () => (await bench.rowsOf(connectionId)).every(({ end_seq }) => end_seq !== null))
  const calls = async (mailbox: Mailbox, ...messageIds: string[]) => {
    for (const messageId of messageIds) {
      ;(await bench.begin(mailbox, { messageId }))(done)
      await settled(mailbox)
    }
  }
  async function aHistory(): Promise<Mailbox> {
    const mailbox = await bench.connect()
    await calls(mailbox, 'a', 'b')
    ;(await bench.begin(mailbox, listing))({ status: 200, foundNothing: true })
    await settled(mailbox)
    expect(await bench.check(mailbox.connectionId)).toMatchObject([{ whole: true, calls: 3 }])
    return mailbox
  }
  const becauses = async ({ connectionId }: Mailbox) =>
    (await bench.check(connectionId)).map((result) => (typeof result === 'object' && !result.whole ? result.because : result))

  const onRow: [string, string, RawBuilder<unknown>][] = [
    ['pushes the time ahead', 'time-ahead', sql`last_at = '2031-01-01'`],
    ['pushes the time ahead, and takes the code away', 'time-ahead', sql`last_at = '2031-01-01', state_mac = null`],
    ['pushes the time ahead by as much as clocks may differ', 'chain-row', sql`last_at = now() + interval '2 minutes'`],
    ['puts the time back', 'chain-row', sql`last_at = '2020-01-01'`],
    ['puts the time back, and takes the code away', 'chain-row', sql`last_at = '2020-01-01', state_mac = null`],
    ['has another row be the last', 'chain-row', sql`tail_seq = 1`],
    ['has another row be the last, and takes the code away', 'chain-row', sql`tail_seq = 1, state_mac = null`],
    ['has a listing not be one', 'chain-row', sql`fold_before = null`],
    ['has a listing follow from elsewhere', 'chain-row', sql`fold_before = ${'0'.repeat(64)}`],
    ['has it follow from elsewhere, and takes the code away', 'chain-row', sql`fold_before = ${'0'.repeat(64)}, state_mac = null`],
    ['lets what found something be added to', 'chain-row', sql`foldable = not foldable`],
    ['brings a code of its own', 'chain-row', sql`state_mac = ${'a'.repeat(64)}`],
    ['says that it has ended', 'unsealed', sql`ended = true`],
    ['says that it has ended, and brings a seal', 'unsealed', sql`ended = true, sealed = 'as-found.00.00', ended_at = now()`],
  ]

  test.each(onRow)('somebody who %s is found', async (_, because, change) => {
    const mailbox = await aHistory()
    await run(sql`update access_chains set ${change} where connection_id = ${mailbox.connectionId}`)
    expect(await becauses(mailbox)).toContain(because)
  })

  // Where a listing follows from is written anew by the next call: that one has no effect, and nothing to be found then.
  const lasting = onRow.slice(0, 12).filter(([name]) => !name.startsWith('has it follow'))

  test.each(lasting)('somebody who %s moves no later entry, and is found after it', async (_, __, change) => {
    const mailbox = await aHistory()
    await run(sql`update access_chains set ${change} where connection_id = ${mailbox.connectionId}`)
    const before = Date.now()
    ;(await bench.begin(mailbox, listing))(done)
    await settled(mailbox)
    await calls(mailbox, 'later')
    const rows = (await bench.rowsOf(mailbox.connectionId)).filter(({ at }) => at.getTime() >= before)
    for (const { at } of rows) expect(at.getTime()).toBeLessThan(Date.now() + 1000)
    expect(rows.map(({ message_id }) => message_id)).toContain('later')
    expect((await becauses(mailbox)).map((because) => typeof because)).toEqual(['string'])
  })

  test('a chain that was made up is found, under whatever connection, ended or not', async () => {
    const mailbox = await aHistory()
    const { tenant_id, person_id } = (await bench.rowsOf(mailbox.connectionId))[0]!
    const forge = async (connectionId: string, ended: boolean, seal: string | null = null) => {
      const id = randomUUID()
      await run(sql`insert into access_chains (id, connection_id, tenant_id, person_id, key_id, ended, seq, head, last_at, tail_seq, kept_head, sealed)
        values (${id}, ${connectionId}, ${tenant_id}, ${person_id}, 'k', ${ended}, 1, 'h', now(), 1, 'h', ${seal})`)
      await run(sql`insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, head)
        values (${id}, 1, ${tenant_id}, ${person_id}, now(), 'read', '{}', 'try', '{}', 'h')`)
      return id
    }
    const chains = [await forge(mailbox.connectionId, true)]
    const nowhere = [randomUUID(), randomUUID(), randomUUID()] as const
    chains.push(await forge(nowhere[0], true), await forge(nowhere[1], false), await forge(nowhere[2], true, 'key.00.00'))
    expect(await becauses(mailbox)).toEqual(expect.arrayContaining([expect.objectContaining({ whole: true }), 'unsealed']))
    for (const connectionId of nowhere.slice(0, 2)) expect(await becauses({ ...mailbox, connectionId })).toEqual(['unsealed'])
    expect(await bench.check(nowhere[2])).toEqual(['unverifiable'])

    const { items } = await listAccess(bench.db, person_id, {}, bench.sealKey)
    expect(items.filter(({ verifiable }) => !verifiable)).toHaveLength(chains.length)
    expect(items.filter(({ verifiable }) => verifiable)).toHaveLength(3)
  })

  test('a chain that ended with its connection is verified by its seal, and so are calls that were under way', async () => {
    const mailbox = await aHistory()
    const end = await bench.begin(mailbox, { messageId: 'under way' })
    expect(await bench.disconnect(mailbox)).toBe(0)
    expect(await bench.findings(mailbox.connectionId)).toMatchObject([{ result: 'ended', end: { because: 'sealed', calls: 4 } }])
    end(done)
    await settled(mailbox)
    expect(await bench.findings(mailbox.connectionId)).toMatchObject([{ result: 'ended', end: { because: 'sealed', calls: 4 } }])
    const { person_id } = (await bench.rowsOf(mailbox.connectionId))[0]!
    expect((await listAccess(bench.db, person_id, {}, bench.sealKey)).items.map(({ verifiable }) => verifiable)).toEqual([
      true,
      true,
      true,
      true,
    ])
    // Another credential of the server proves nothing, and says so.
    expect((await listAccess(bench.db, person_id, {}, randomBytes(32))).items.map(({ verifiable }) => verifiable)).not.toContain(true)
  })

  const onSealed: [string, string, (connectionId: string) => RawBuilder<unknown>[]][] = [
    ['an entry is changed', 'changed', (id) => [sql`update access_log set message_id = 'z' where seq = 1 and ${chainOf(id)}`]],
    ['an entry is removed', 'missing', (id) => [sql`delete from access_log where seq = 3 and ${chainOf(id)}`]],
    [
      'the newest are cut, with the row of the chain',
      'seal-forged',
      (id) => [
        sql`update access_chains set seq = 2, tail_seq = 1, head = (select end_head from access_log where seq = 1 and ${chainOf(id)}) where connection_id = ${id}`,
        sql`delete from access_log where seq > 1 and ${chainOf(id)}`,
      ],
    ],
    ['the seal is taken away', 'unsealed', (id) => [sql`update access_chains set sealed = null where connection_id = ${id}`]],
    ['its end is moved', 'seal-forged', (id) => [sql`update access_chains set ended_at = '2020-01-01' where connection_id = ${id}`]],
    [
      'it is given to another person',
      'seal-forged',
      (id) => [sql`update access_chains set person_id = (select id from people where id <> person_id limit 1) where connection_id = ${id}`],
    ],
    [
      'its seal is said to be of a chain as it was found',
      'seal-forged',
      (id) => [sql`update access_chains set sealed = replace(sealed, 'key.', 'as-found.') where connection_id = ${id}`],
    ],
    ['its time is changed', 'chain-row', (id) => [sql`update access_chains set last_at = '2020-01-01' where connection_id = ${id}`]],
    ['its first entries are said to be purged', 'cut-before', (id) => [
      sql`update access_chains set kept_seq = 2, kept_head = (select end_head from access_log where seq = 1 and ${chainOf(id)}) where connection_id = ${id}`,
      sql`delete from access_log where seq = 1 and ${chainOf(id)}`,
    ]],
  ] // prettier-ignore
  const chainOf = (connectionId: string) => sql`chain_id in (select id from access_chains where connection_id = ${connectionId})`

  test.each(onSealed)('of a sealed chain it is found when %s', async (_, because, statements) => {
    const mailbox = await aHistory()
    await bench.disconnect(mailbox)
    for (const statement of statements(mailbox.connectionId)) await run(statement)
    expect(await becauses(mailbox)).toEqual([because])
  })

  test('a chain that was changed before its connection ended is not sealed', async () => {
    const cut = await aHistory()
    await bench.anchor()
    await run(sql`update access_chains set seq = 2, head = (select end_head from access_log where seq = 1 and ${chainOf(cut.connectionId)})
      where connection_id = ${cut.connectionId}`)
    await run(sql`delete from access_log where seq > 1 and ${chainOf(cut.connectionId)}`)
    expect(await bench.disconnect(cut)).toBe(1)
    expect(await becauses(cut)).toEqual(['unsealed'])
    const taken = await aHistory()
    await bench.anchor()
    await run(sql`delete from access_chains where connection_id = ${taken.connectionId}`)
    expect(await bench.disconnect(taken)).toBe(1)
  })

  test('a chain whose key Vault had lost has ended as it was found, and nothing is added to it unseen', async () => {
    const mailbox = await aHistory()
    bench.keys.set(mailbox.connectionKey, randomBytes(32))
    ;(await bench.begin(mailbox, { messageId: 'new' }))(done)
    await settled(mailbox)
    const ended = (await bench.findings(mailbox.connectionId)).find(({ result }) => result === 'ended')
    expect(ended).toMatchObject({ end: { because: 'key-lost', calls: 3 } })
    const { person_id } = (await bench.rowsOf(mailbox.connectionId))[0]!
    expect((await listAccess(bench.db, person_id, {}, bench.sealKey)).items.filter(({ verifiable }) => verifiable)).toHaveLength(1)
    await run(
      sql`delete from access_log where seq = 3 and chain_id in (select id from access_chains where ended and connection_id = ${mailbox.connectionId})`,
    )
    expect(await becauses(mailbox)).toEqual(expect.arrayContaining(['missing']))
  })

  test('a sealed chain is purged from its oldest entry on, verified meanwhile, and goes as a whole', async () => {
    const mailbox = await bench.connect()
    for (const days of [40, 35, 31, 1]) await daysAgo(days, () => calls(mailbox, `${days} days`))
    await bench.disconnect(mailbox)
    const purgedBefore = new Date(Date.now() - 30 * 86_400_000)
    await bench.inTransaction((trx) => purgeAccessLog(trx, 30))
    expect((await bench.rowsOf(mailbox.connectionId)).map(({ message_id }) => message_id)).toEqual(['31 days', '1 days'])
    expect(await bench.check(mailbox.connectionId, purgedBefore)).toEqual(['ended'])
    await bench.inTransaction((trx) => purgeAccessLog(trx, 0))
    expect(await bench.findings(mailbox.connectionId)).toEqual([])
  })
})
