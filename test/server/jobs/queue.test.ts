import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { openDatabase, type OpenDatabase } from '../../../server/database/database.ts'
import type { Handler, Handlers } from '../../../server/jobs/attempt.ts'
import { queueNames } from '../../../server/jobs/job-data.ts'
import type { Queue } from '../../../server/jobs/queue.ts'
import { openQueueOn } from '../../support/open-queue.ts'
import { setLogLevel } from '../../../server/log.ts'
import { UpstreamError } from '../../../server/upstream/upstream-error.ts'
import { databases, openTestDatabase } from '../../support/databases.ts'
import { until } from '../../support/until.ts'

setLogLevel('fatal')

describe.each(databases)('the queue on %s', (kind) => {
  let database: OpenDatabase
  let dropDatabase: () => Promise<void>
  const open: Queue[] = []

  beforeAll(async () => {
    const own = await openTestDatabase(kind)
    database = await openDatabase({ databaseUrl: own.env.DATABASE_URL ?? null, dataDir: own.env.DATA_DIR })
    dropDatabase = () => own.drop()
  })
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.stop()
  })
  afterAll(async () => {
    await database.close()
    await dropDatabase()
  })

  const aQueue = async (jobLeaseMs = 120_000) => {
    const queue = await openQueueOn(database, { jobLeaseMs, retryBaseMs: 20, works: true })
    open.push(queue)
    return queue
  }
  const insertRuns = (queue: Queue, ids: string[], options: { key?: string; group?: string; startAfterSeconds?: number } = {}) =>
    database.db.transaction().execute((trx) =>
      queue.insert(
        trx,
        'run',
        ids.map((runId) => ({ data: { runId }, ...options })),
      ),
    )

  test('a job is done once, soon after its transaction has ended', async () => {
    const queue = await aQueue()
    const done: string[] = []
    await queue.start(handlers(async ({ runId }) => void done.push(runId)))
    const begun = Date.now()
    for (let round = 0; round < 10; round += 1) {
      done.length = 0
      const ids = [randomUUID(), randomUUID(), randomUUID()]
      await insertRuns(queue, ids)
      await until(() => done.length === 3)
      expect(done.toSorted()).toEqual(ids.toSorted())
      await until(async () => (await waiting(queue)) === 0)
    }
    // Polling alone would find ten of them after some seven seconds.
    expect(Date.now() - begun).toBeLessThan(5_000)
  })

  test('a transaction that is rolled back leaves no job', async () => {
    const queue = await aQueue()
    const rolledBack = database.db.transaction().execute(async (trx) => {
      await queue.insert(trx, 'run', [{ data: { runId: randomUUID() } }])
      throw new Error('rolled back')
    })
    await expect(rolledBack).rejects.toThrow('rolled back')
    expect(await waiting(queue)).toBe(0)
  })

  test('while a job waits, another one with its key is not added', async () => {
    const queue = await aQueue()
    const first = randomUUID()
    await insertRuns(queue, [first, randomUUID()], { key: 'same' })
    await insertRuns(queue, [randomUUID()], { key: 'same' })
    expect(await waiting(queue)).toBe(1)
    const done: string[] = []
    await queue.start(handlers(async ({ runId }) => void done.push(runId)))
    await until(async () => done.length > 0 && (await waiting(queue)) === 0)
    expect(done).toEqual([first])
  })

  test('a job starts no earlier than it was told to', async () => {
    const queue = await aQueue()
    const begun = Date.now()
    const done: number[] = []
    await queue.start(handlers(async () => void done.push(Date.now() - begun)))
    await insertRuns(queue, [randomUUID()], { startAfterSeconds: 1.2 })
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
    await insertRuns(queue, [randomUUID()])
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
    await insertRuns(queue, [randomUUID()])
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
    const ids = Array.from({ length: 40 }, () => randomUUID())
    await insertRuns(queue, ids, { group: 'one mailbox' })
    await until(() => done === 40)
    expect(most).toBe(1)
  })

  test('the jobs of a process that is gone come back', async () => {
    const dead = await aQueue(2_000)
    const never = Promise.withResolvers<void>()
    let taken = 0
    // A worker that has taken the job and never ends it stands for a process that was killed.
    await dead.start(
      handlers(async () => {
        taken++
        await never.promise
      }),
    )
    const orphan = randomUUID()
    await insertRuns(dead, [orphan])
    await until(() => taken === 1)
    const done: string[] = []
    const heir = await aQueue(2_000)
    await heir.start(handlers(async ({ runId }) => void done.push(runId)))
    await until(() => done.includes(orphan) || taken > 1)
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
