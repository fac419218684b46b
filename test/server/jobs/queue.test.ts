import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { Handler, Handlers } from '../../../server/jobs/attempt.ts'
import { queueNames } from '../../../server/jobs/job-data.ts'
import type { Queue } from '../../../server/jobs/queue.ts'
import { openQueueOn } from '../../support/open-queue.ts'
import { setLogLevel } from '../../../server/log.ts'
import { UpstreamError } from '../../../server/upstream/upstream-error.ts'
import { databases } from '../../support/databases.ts'
import { until } from '../../support/until.ts'
import { openThings, type Things } from './things.ts'

setLogLevel('fatal')

describe.each(databases)('the queue on %s', (kind) => {
  let things: Things
  const open: Queue[] = []

  beforeAll(async () => {
    things = await openThings(kind)
  })
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.stop()
    await things.empty()
  })
  afterAll(() => things.close())

  const aQueue = async (jobLeaseMs = 120_000) => {
    const { renew: _, ...all } = things.all
    const queue = await openQueueOn(things.database, { jobLeaseMs, retryBaseMs: 20, all: { ...all, renew: all.subscribe } })
    open.push(queue)
    return queue
  }
  const makeDue = async (count: number, options: Parameters<Things['add']>[1] = {}) => {
    const ids = await things.add(count, { inSeconds: 3600, ...options })
    if (options.inSeconds === undefined) for (const id of ids) await things.ask(id)
    return ids
  }

  test('a job is done once, soon after its transaction has ended', async () => {
    const queue = await aQueue()
    const done: string[] = []
    await queue.start(handlers(async (id) => void done.push(id)))
    const begun = Date.now()
    for (let round = 0; round < 10; round += 1) {
      done.length = 0
      const ids = await makeDue(3)
      await until(() => done.length === 3)
      expect(done.toSorted()).toEqual(ids.toSorted())
      await until(async () => (await waiting(queue)) === 0)
    }
    // Polling alone would find ten of them after some seven seconds.
    expect(Date.now() - begun).toBeLessThan(5_000)
  })

  test('a transaction that is rolled back leaves no job', async () => {
    const queue = await aQueue()
    const [id] = await things.add(1, { inSeconds: 3600 })
    await sql`update things set due_at = null`.execute(things.database.db)
    const rolledBack = things.inTransaction(async (trx) => {
      await sql`update things set due_at = now() where id = ${id}`.execute(trx)
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    expect(await waiting(queue)).toBe(0)
  })

  test('a job starts no earlier than it was told to', async () => {
    const queue = await aQueue()
    const begun = Date.now()
    const done: number[] = []
    await queue.start(handlers(async () => void done.push(Date.now() - begun)))
    await makeDue(1, { inSeconds: 1.2 })
    await until(() => done.length === 1)
    expect(done[0]).toBeGreaterThanOrEqual(1_150)
  })

  test('what fails is tried again and given up after eight attempts', async () => {
    const queue = await aQueue()
    const seen = { work: 0, givenUp: 0 }
    await queue.start(
      handlers(
        async () => {
          seen.work++
          throw new Error('poison')
        },
        { onGiveUp: async () => void seen.givenUp++ },
      ),
    )
    await makeDue(1)
    await until(() => seen.givenUp === 1)
    expect(seen).toEqual({ work: 8, givenUp: 1 })
    await until(async () => (await waiting(queue)) === 0)
  })

  test('an outage is waited out, however long it lasts', async () => {
    const queue = await aQueue()
    let calls = 0
    await queue.start(
      handlers(async () => {
        if (++calls <= 10) throw new UpstreamError('graph', { status: 503, retryAfterSeconds: 0 })
      }),
    )
    await makeDue(1)
    await until(async () => calls === 11 && (await waiting(queue)) === 0)
  })

  test('one mailbox never holds more than its share', async () => {
    const queue = await aQueue()
    let atOnce = 0
    let most = 0
    let done = 0
    await queue.start(
      handlers(async () => {
        most = Math.max(most, ++atOnce)
        await new Promise((resolve) => setTimeout(resolve, 5))
        atOnce--
        done++
      }),
    )
    await makeDue(40, { group: randomUUID() })
    await until(() => done === 40)
    expect(most).toBe(1)
  })

  test('the jobs of a process that is gone come back at once, however long its lease is', async () => {
    const dead = await aQueue()
    const never = Promise.withResolvers<void>()
    let taken = 0
    await dead.start(
      handlers(async () => {
        taken++
        await never.promise
      }),
    )
    const [orphan] = (await makeDue(1)) as [string]
    await until(() => taken === 1)
    // That of a process that was killed: there is no lock on its number.
    await things.inTransaction(async (trx) => {
      await sql`insert into workers (number) values (7)`.execute(trx)
      await sql`update claims set worker = 7`.execute(trx)
    })
    const done: string[] = []
    const heir = await aQueue()
    await heir.start(handlers(async (id) => void done.push(id)))
    await until(() => done.includes(orphan) || taken > 1, 20_000)
    never.resolve()
    await until(async () => (await waiting(heir)) === 0)
  })
})

/** The handlers of all queues, of which only runs do something. */
function handlers(work: Handler<'run'>['work'], rest: Omit<Handler<'run'>, 'work'> = {}): Handlers {
  const idle = Object.fromEntries(queueNames.map((name) => [name, { work: async () => undefined }]))
  return { ...idle, run: { work, ...rest } } as Handlers
}

const waiting = async (queue: Queue) => Object.values(await queue.depth()).reduce((sum, count) => sum + count, 0)
