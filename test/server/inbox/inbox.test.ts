import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openDatabase, type OpenDatabase } from '../../../server/database/database.ts'
import type { InTransaction } from '../../../server/database/schema.ts'
import type { ClaimedJob } from '../../../server/jobs/attempt.ts'
import type { JobData } from '../../../server/jobs/job-data.ts'
import { openMessageClaims, queuedMessages } from '../../../server/inbox/claim-store.ts'
import { openInbox } from '../../../server/inbox/inbox.ts'
import { releaseParked } from '../../../server/inbox/release-store.ts'
import { allDueRows } from '../../../server/due-rows.ts'
import { openDueRows } from '../../../server/jobs/claim-store.ts'
import { openSuspects } from '../../../server/jobs/suspects.ts'
import { asSystem } from '../../../server/people/unit-of-work.ts'
import { markMessage, parkMessage, requeueMessage } from '../../../server/inbox/mark-store.ts'
import { keepMessages } from '../../../server/inbox/keep-messages.ts'
import { databases, openTestDatabase } from '../../support/databases.ts'

const tenantId = '00000000-0000-4000-8000-00000000000a'

describe.each(databases)('the inbox as the queue of mails, on %s', (kind) => {
  let database: OpenDatabase
  let drop: () => Promise<void>
  let inTransaction: InTransaction
  let mailboxes: string[]

  beforeAll(async () => {
    const own = await openTestDatabase(kind)
    database = await openDatabase({ databaseUrl: own.env.DATABASE_URL ?? null, dataDir: own.env.DATA_DIR })
    inTransaction = (work) => asSystem(database.db, work)
    drop = () => own.drop()
  })
  beforeEach(async () => {
    await database.db.deleteFrom('people').execute()
    mailboxes = []
    for (let index = 0; index < 6; index += 1) mailboxes.push(await aMailbox())
    mailboxes.sort((one, other) => (one < other ? -1 : 1))
  })
  afterAll(async () => {
    await database.close()
    await drop()
  })

  async function aMailbox(): Promise<string> {
    const { db } = database
    const person = { tenant_id: tenantId, object_id: randomUUID() }
    const { id } = await db.insertInto('people').values(person).returning('id').executeTakeFirstOrThrow()
    const connection = { tenant_id: tenantId, person_id: id, provider: 'microsoft' as const, status: 'active' as const }
    const row = await db
      .insertInto('connections')
      .values({ ...connection, connection_key: randomUUID() })
      .returning('id')
      .executeTakeFirstOrThrow()
    return row.id
  }
  const isAlone = kind === 'pglite'
  const claims = (leaseMs = 60_000) => openMessageClaims(inTransaction, { leaseMs, isAlone, worker: null })
  const suspects = () => {
    const options = { leaseMs: 60_000, retryBaseMs: 20, isAlone, worker: null }
    const messages = openInbox(inTransaction, options)
    return openSuspects(inTransaction, { messages, dueRows: openDueRows(inTransaction, allDueRows, options) })
  }
  const announce = (connectionId: string, ...messageIds: string[]) =>
    inTransaction((trx) =>
      keepMessages(
        trx,
        messageIds.map((messageId) => ({ connectionId, tenantId, messageId })),
        'notification',
      ),
    )
  const treat = ({ data }: ClaimedJob, state: 'treated' | 'absent' | 'parked' = 'treated') =>
    inTransaction((trx) => markMessage(trx, data as JobData<'message'>, state))
  const idOf = ({ data }: ClaimedJob) => (data as JobData<'message'>).messageId
  const lapse = () =>
    database.db
      .updateTable('inbox_messages')
      .set({ due_at: sql`now()` })
      .where('claim', 'is not', null)
      .execute()
  const stateOf = async (id: string) =>
    (await database.db.selectFrom('inbox_messages').selectAll().where('message_id', '=', id).executeTakeFirstOrThrow()).state

  test('what is parked, and what was not even tried before its owner came back, come in the order of their announcement', async () => {
    const [mailbox] = mailboxes as [string]
    const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}-${randomUUID()}`)
    for (const id of ids) await announce(mailbox, id)
    const source = claims()
    const next = async () => (await source.claim(1)) as [ClaimedJob]
    for (let tried = 0; tried < 3; tried += 1) {
      const [job] = await next()
      await treat(job, 'parked')
    }
    await inTransaction((trx) => releaseParked(trx, mailbox, 'all'))
    const order: string[] = []
    for (let came = 0; came < ids.length; came += 1) {
      const [job] = await next()
      order.push(idOf(job))
      await treat(job)
    }
    expect(order).toEqual(ids)
  })

  test('mails of a mailbox come one at a time, in the order in which they were announced', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'z', 'a', 'm')
    await announce(mailbox, 'b')
    const source = claims()
    const order: string[] = []
    for (let round = 0; round < 4; round += 1) {
      const [job, ...others] = await source.claim(10)
      expect(others).toEqual([])
      expect(await source.claim(10)).toEqual([])
      order.push(idOf(job!))
      await treat(job!)
    }
    expect(order).toEqual(['z', 'a', 'm', 'b'])
    expect(await queuedMessages(inTransaction)).toBe(0)
  })

  test('mailboxes take turns, however much one of them brings', async () => {
    for (const [index, mailbox] of mailboxes.entries()) await announce(mailbox, ...Array.from({ length: 5 }, (_, at) => `${index}-${at}`))
    const source = claims()
    const rounds: string[] = []
    for (let round = 0; round < 6; round += 1) {
      const jobs = await source.claim(2)
      rounds.push(jobs.map(idOf).join(' '))
      for (const job of jobs) await treat(job)
    }
    expect(rounds).toEqual(['0-0 1-0', '2-0 3-0', '4-0 5-0', '0-1 1-1', '2-1 3-1', '4-1 5-1'])
  })

  test('many workers at once take each mail once, and never two of a mailbox', async () => {
    for (const mailbox of mailboxes) await announce(mailbox, ...Array.from({ length: 3 }, () => randomUUID()))
    const taken: ClaimedJob[] = []
    for (let round = 0; round < 3; round += 1) {
      const workers = kind === 'pglite' ? [claims()] : [claims(), claims(), claims()]
      const jobs = (await Promise.all(workers.map((source) => source.claim(4)))).flat()
      const rest = await claims().claim(10)
      const all = [...jobs, ...rest]
      expect(new Set(all.map(({ group }) => group))).toEqual(new Set(mailboxes))
      expect(all).toHaveLength(mailboxes.length)
      taken.push(...all)
      await Promise.all(all.map((job) => treat(job)))
    }
    expect(new Set(taken.map(idOf)).size).toBe(18)
  })

  test('a claim that lapses makes a suspect, which its mailbox waits for; its late holder changes nothing', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'first', 'second')
    const source = claims()
    const [late] = await source.claim(1)
    await lapse()
    expect(await suspects().sweep([])).toEqual({ isOneDue: true, deaths: 0 })
    expect(await claims().claim(5)).toEqual([])
    const heir = await suspects().claim()
    expect(heir).toMatchObject({ queue: 'message', lapses: 1, job: { data: { messageId: 'first' }, deaths: 0, attempt: 1 } })
    await source.settle(late!, {
      end: 'failed',
      next: { attempt: 5, data: late!.data, inSeconds: 0 },
    })
    await treat(late!, 'absent')
    expect(await stateOf('first')).toBe('queued')
    await source.touch([late!])
    await source.giveBack([late!])
    expect(await claims().claim(5)).toEqual([])
    await treat(heir!.job)
    expect((await claims().claim(5)).map(idOf)).toEqual(['second'])
  })

  test('only a death while it was tried alone counts, and those with fewer deaths come first', async () => {
    const [one = '', other = ''] = mailboxes
    await announce(one, 'poison')
    await announce(other, 'neighbour')
    const source = claims()
    const order: string[] = []
    expect(await source.claim(5)).toHaveLength(2)
    for (let death = 0; death < 4; death += 1) {
      await lapse()
      expect(await suspects().sweep([])).toMatchObject({ deaths: death === 0 ? 0 : 1 })
      // The neighbour is tried once, and ends well.
      let suspect = await suspects().claim()
      if (suspect !== undefined && idOf(suspect.job) === 'neighbour') {
        await treat(suspect.job)
        suspect = await suspects().claim()
      }
      order.push(`${idOf(suspect!.job)} ${suspect!.job.deaths}`)
    }
    expect(order.at(-1)).toBe('poison 3')
    expect(await stateOf('neighbour')).toBe('treated')
  })

  test('what is shared again, given back, or claimed beside others bears no blame for a death', async () => {
    const [one = ''] = mailboxes
    await announce(one, 'slow')
    await claims().claim(5)
    await lapse()
    await suspects().sweep([])
    const slow = await suspects().claim()
    await suspects().share(slow!)
    await lapse()
    expect(await suspects().sweep([])).toEqual({ isOneDue: true, deaths: 0 })
    const again = await suspects().claim()
    await claims().giveBack([again!.job])
    expect(await suspects().sweep([])).toEqual({ isOneDue: true, deaths: 0 })
    expect(await suspects().claim()).toMatchObject({ lapses: 2, job: { deaths: 0 } })
  })

  test('a suspect whose attempt fails stays one, and lets its mailbox go on meanwhile', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'first', 'second')
    await claims().claim(1)
    await lapse()
    await suspects().sweep([])
    const suspect = await suspects().claim()
    const data = suspect!.job.data as JobData<'message'>
    await claims().settle(suspect!.job, { end: 'parked', next: { attempt: 1, data, inSeconds: 60 } })
    expect(await suspects().sweep([])).toEqual({ isOneDue: false, deaths: 0 })
    const [second] = await claims().claim(5)
    expect(idOf(second!)).toBe('second')
    await treat(second!)
    await database.db
      .updateTable('inbox_messages')
      .set({ due_at: sql`now()` })
      .execute()
    expect(await claims().claim(5)).toEqual([])
    expect(idOf((await suspects().claim())!.job)).toBe('first')
  })

  test('one that has died alone lets the others of its mailbox pass', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'poison', 'next')
    await claims().claim(1)
    for (let time = 0; time < 2; time += 1) {
      await lapse()
      await suspects().sweep([])
      if (time === 0) expect(await suspects().claim()).toBeDefined()
    }
    expect((await claims().claim(5)).map(idOf)).toEqual(['next'])
    // One mail of a mailbox at a time.
    expect(await suspects().claim()).toBeUndefined()
    expect(await suspects().sweep([])).toEqual({ isOneDue: false, deaths: 0 })
  })

  test('a claim that is kept does not lapse, and one that is given back is taken again', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'one')
    const source = claims()
    const [job] = await source.claim(1)
    await lapse()
    await source.touch([job!])
    expect(await source.claim(1)).toEqual([])
    await announce(mailbox, 'two')
    await source.giveBack([job!])
    expect((await source.claim(5)).map(idOf)).toEqual(['one'])
  })

  test('a mail that could not be given up lets the others of its mailbox go first', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'stuck', 'next')
    const source = claims()
    const [stuck] = await source.claim(1)
    await source.settle(stuck!, { end: 'gave-up' })
    expect((await source.claim(5)).map(idOf)).toEqual(['next'])
    expect(await stateOf('stuck')).toBe('queued')
  })

  test('a mail is parked where its connection is dead, and not where its owner has connected again', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'one')
    const [job] = await claims().claim(1)
    const park = () => inTransaction((trx) => parkMessage(trx, job!.data as JobData<'message'>))
    expect([await park(), await stateOf('one')]).toEqual([false, 'queued'])
    await database.db.updateTable('connections').set({ status: 'needs-reconnect' }).where('id', '=', mailbox).execute()
    expect([await park(), await stateOf('one')]).toEqual([true, 'parked'])
  })

  test('a claim that an older version has left behind holds up nobody', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'done', 'next')
    await claims().claim(1)
    await database.db.updateTable('inbox_messages').set({ state: 'treated' }).where('message_id', '=', 'done').execute()
    expect((await claims().claim(5)).map(idOf)).toEqual(['next'])
  })

  test('where thousands of mailboxes wait for later, the one that is due is found', async () => {
    const { db } = database
    await sql`insert into people (id, tenant_id, object_id) select gen_random_uuid(), ${tenantId}, gen_random_uuid() from generate_series(1, 4500)`.execute(
      db,
    )
    await sql`insert into connections (tenant_id, person_id, provider, status, connection_key)
      select ${tenantId}, id, 'microsoft', 'active', id::text from people where id not in (select person_id from connections)`.execute(db)
    await sql`insert into inbox_messages (connection_id, message_id, tenant_id, state, source, due_at)
      select id, 'later', ${tenantId}, 'queued', 'notification', now() + interval '1 hour' from connections`.execute(db)
    const { rows } = await sql<{ id: string }>`select id from connections order by id desc limit 1`.execute(db)
    const source = claims()
    await announce(rows[0]!.id, 'now')
    expect((await source.claim(3)).map(idOf)).toEqual(['now'])
    expect(await source.claim(3)).toEqual([])
    await announce(mailboxes[0]!, 'soon')
    expect((await source.claim(3)).map(idOf)).toEqual(['soon'])
  })

  test('the next attempt keeps count, comes when it is due, and lets others go ahead', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'hard', 'easy')
    const source = claims()
    const [job] = await source.claim(1)
    const data = { ...(job!.data as JobData<'message'>), misses: 2 }
    await source.settle(job!, { end: 'failed', next: { attempt: 3, data, inSeconds: 3600 } })
    const [easy] = await source.claim(5)
    expect(easy).toMatchObject({ data: { messageId: 'easy' } })
    await treat(easy!)
    expect(await source.claim(5)).toEqual([])
    await database.db
      .updateTable('inbox_messages')
      .set({ due_at: sql`now()` })
      .where('message_id', '=', 'hard')
      .execute()
    expect(await source.claim(5)).toMatchObject([{ attempt: 3, data: { messageId: 'hard', misses: 2 } }])
  })

  test('what is announced while it is under way is looked at once more', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'moved')
    const source = claims()
    const [job] = await source.claim(1)
    expect(await announce(mailbox, 'moved')).toBe(1)
    await treat(job!, 'absent')
    expect(await stateOf('moved')).toBe('queued')
    expect(await source.claim(1)).toEqual([])
    await database.db
      .updateTable('inbox_messages')
      .set({ due_at: sql`now()` })
      .execute()
    const [once] = await source.claim(1)
    await treat(once!, 'absent')
    expect(await stateOf('moved')).toBe('absent')
  })

  test('what waits and is announced again waits once, where it stood', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'one', 'two')
    expect(await announce(mailbox, 'two', 'one')).toBe(0)
    const [job] = await claims().claim(5)
    expect(idOf(job!)).toBe('one')
    await treat(job!)
    expect(await stateOf('one')).toBe('treated')
  })

  test('an owner who asks for a mail again gets it read again', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'again')
    const [job] = await claims().claim(1)
    await inTransaction((trx) => requeueMessage(trx, mailbox, 'again'))
    await treat(job!)
    expect(await stateOf('again')).toBe('queued')
  })

  test('a process that has the database to itself takes up what was under way when it ended', async () => {
    const [mailbox = ''] = mailboxes
    await announce(mailbox, 'orphan')
    await claims().claim(1)
    expect(await claims().claim(1)).toEqual([])
    await announce(mailbox, 'next')
    expect(await suspects().sweep('all')).toEqual({ isOneDue: true, deaths: 0 })
    expect(await suspects().claim()).toMatchObject({ job: { data: { messageId: 'orphan' } } })
  })
})
