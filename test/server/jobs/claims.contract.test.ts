import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { ClaimedJob } from '../../../server/jobs/attempt.ts'
import { openDueRows, suspectFromStart } from '../../../server/jobs/claim-store.ts'
import type { DueQueue } from '../../../server/jobs/job-data.ts'
import { openSuspects } from '../../../server/jobs/suspects.ts'
import { databases } from '../../support/databases.ts'
import { openThings, type Things } from './things.ts'

describe.each(databases)('claims of rows that are due, on %s', (kind) => {
  let things: Things
  beforeAll(async () => {
    things = await openThings(kind)
  })
  beforeEach(() => things.empty())
  afterAll(() => things.close())

  const opened = (worker: number | null = null) =>
    openDueRows(things.inTransaction, things.all, { leaseMs: 60_000, retryBaseMs: 1_000, isAlone: kind === 'pglite', worker })
  const source = (queue: DueQueue = 'run') => opened().sources[queue]
  const claim = (most = 10) => source().claim(most)
  const noMessages = {
    suspects: { lapse: async () => 0, findNext: async () => undefined, claim: async () => undefined, share: async () => undefined },
    lockClaims: async () => undefined,
  }
  const suspects = () => openSuspects(things.inTransaction, { messages: noMessages, dueRows: opened() })
  const lapse = () =>
    things.database.db
      .updateTable('claims')
      .set({ until: sql`now()` })
      .where('claim', 'is not', null)
      .execute()
  const keysOf = (jobs: ClaimedJob[]) => jobs.map(({ data }) => data as string)
  const depth = async () => (await opened().counts()).run
  const claims = () => things.database.db.selectFrom('claims').selectAll().execute()

  test('those that have waited longest come first, once, and leave nothing behind', async () => {
    const late = await things.add(2, { inSeconds: -1 })
    const early = await things.add(2, { inSeconds: -100 })
    await things.add(1, { inSeconds: 100 })
    const jobs = await claim(3)
    expect(keysOf(jobs).toSorted()).toEqual([...early, late[0]!].toSorted())
    expect(keysOf(await claim())).toEqual([late[1]])
    expect(await claim()).toEqual([])
    expect(await depth()).toBe(5)
    for (const job of jobs) await source().settle(job, { end: 'done' })
    expect(await depth()).toBe(2)
    expect(await claims()).toHaveLength(1)
  })

  test('of a group one is under way at a time, in their order, and others go on meanwhile', async () => {
    const group = randomUUID()
    const ids = await things.add(3, { group, inSeconds: -100 })
    const [other] = await things.add(1)
    const [first] = await claim(2)
    expect(first?.data).toBe(ids[0])
    expect(keysOf(await claim(2))).toEqual([other])
    expect(await claim(2)).toEqual([])
    await source().settle(first!, { end: 'done' })
    const [second] = await claim(2)
    expect(second?.data).toBe(ids[1])
    await source().settle(second!, { end: 'failed', next: { attempt: 2, data: second!.data, inSeconds: 60 } })
    expect(keysOf(await claim(2))).toEqual([ids[2]])
  })

  test('many workers at once take each row once, and never two of a group', async () => {
    const groups = [randomUUID(), randomUUID(), randomUUID()]
    for (const group of groups) await things.add(4, { group })
    const done = new Set<unknown>()
    for (let round = 0; round < 4; round += 1) {
      const jobs = (await Promise.all(Array.from({ length: 4 }, () => claim(3)))).flat()
      jobs.push(...(await claim(10)))
      expect(jobs.map(({ group }) => group).toSorted()).toEqual(groups.toSorted())
      for (const job of jobs) {
        done.add(job.data)
        await source().settle(job, { end: 'done' })
      }
    }
    expect(done.size).toBe(12)
  })

  test('the next attempt keeps count, and comes when it is due', async () => {
    const [id] = await things.add(1)
    const [job] = await claim()
    expect(job).toMatchObject({ attempt: 1 })
    await source().settle(job!, { end: 'failed', next: { attempt: 2, data: id!, inSeconds: 60 } })
    expect(await claim()).toEqual([])
    expect(await depth()).toBe(1)
    await things.ask(id!)
    const [again] = await claim()
    expect(again).toMatchObject({ attempt: 2, data: id })
    await source().settle(again!, { end: 'done' })
    await things.ask(id!)
    expect((await claim())[0]).toMatchObject({ attempt: 1 })
  })

  test('what is asked for while it is under way is done once more after that', async () => {
    const [id] = await things.add(1)
    const [job] = await claim()
    await things.ask(id!)
    await things.ask(id!)
    expect(await claim()).toEqual([])
    await source().settle(job!, { end: 'done' })
    expect(keysOf(await claim())).toEqual([id])
    expect(await claim()).toEqual([])
  })

  test('a claim that is kept does not lapse, and one that is given back is taken again without blame', async () => {
    const [id] = await things.add(1)
    const [job] = await claim()
    await lapse()
    await source().touch([job!])
    expect(await suspects().sweep([])).toEqual({ isOneDue: false, deaths: 0 })
    await source().giveBack([job!])
    expect(keysOf(await claim())).toEqual([id])
  })

  test('a claim that lapses makes a suspect that is claimed alone; its late holder changes nothing', async () => {
    const [id] = await things.add(1)
    const [late] = await claim()
    await lapse()
    expect(await suspects().sweep([])).toEqual({ isOneDue: true, deaths: 0 })
    expect(await claim()).toEqual([])
    await source().settle(late!, { end: 'failed', next: { attempt: 7, data: id!, inSeconds: 60 } })
    await source().settle(late!, { end: 'done' })
    await source().giveBack([late!])
    const heir = await suspects().claim()
    expect(heir).toMatchObject({ queue: 'run', lapses: 1, job: { data: id, attempt: 1, deaths: 0 } })
    expect(await suspects().claim()).toBeUndefined()
    // One whose attempt fails may not have come to where it died.
    await source().settle(heir!.job, { end: 'failed', next: { attempt: 2, data: id!, inSeconds: 0 } })
    expect(await claim()).toEqual([])
    const again = await suspects().claim()
    expect(again).toMatchObject({ job: { attempt: 2 } })
    await source().settle(again!.job, { end: 'done' })
    await things.ask(id!)
    expect(keysOf(await claim())).toEqual([id])
  })

  test('what a process that is gone had under way lapses at once', async () => {
    const [here, gone] = await things.add(2)
    await opened(1).sources.run.claim(1)
    await opened(2).sources.run.claim(1)
    expect(await suspects().sweep([2])).toEqual({ isOneDue: true, deaths: 0 })
    expect((await suspects().claim())?.job.data).not.toBe((await claims()).find(({ worker }) => worker === 1)?.key)
    expect([here, gone]).toContain((await claims()).find(({ worker }) => worker === 1)?.key)
  })

  test('only a death while it was alone counts, and none while others are beside it', async () => {
    await things.add(1)
    await claim()
    for (const expected of [0, 1, 2, 3]) {
      await lapse()
      expect(await suspects().sweep([])).toMatchObject({ deaths: expected === 0 ? 0 : 1 })
      const suspect = await suspects().claim()
      expect(suspect?.job.deaths).toBe(expected)
      if (expected !== 3) continue
      await suspects().share(suspect!)
      await lapse()
      expect(await suspects().sweep([])).toEqual({ isOneDue: true, deaths: 0 })
    }
  })

  test('what nobody can give up waits long after its third death', async () => {
    const [id] = await things.add(1)
    await source('renew').claim(1)
    for (let death = 0; death < 4; death += 1) {
      await lapse()
      await suspects().sweep([])
      if (death < 3) expect(await suspects().claim()).toBeDefined()
    }
    expect(await suspects().claim()).toBeUndefined()
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from due_at - now())::float8 as seconds from things where id = ${id}`.execute(things.database.db)
    expect(rows[0]?.seconds).toBeGreaterThan(140)
    expect(rows[0]?.seconds).toBeLessThanOrEqual(150)
  })

  test('one that has ended a process before is a suspect from the start', async () => {
    const [id] = await things.add(1)
    await things.inTransaction((trx) => suspectFromStart(trx, 'run', { key: id!, group: id! }))
    expect(await claim()).toEqual([])
    expect((await suspects().claim())?.job).toMatchObject({ data: id, deaths: 0 })
  })

  test('of what is removed meanwhile nothing stays, whatever became of its claim', async () => {
    const [underWay, waiting, lapsed] = await things.add(3)
    const jobs = await claim()
    const jobOf = (id?: string) => jobs.find(({ data }) => data === id)!
    await source().settle(jobOf(waiting), { end: 'failed', next: { attempt: 2, data: waiting!, inSeconds: 60 } })
    for (const id of [underWay!, waiting!, lapsed!]) await things.remove(id)
    await source().settle(jobOf(underWay), { end: 'failed', next: { attempt: 2, data: underWay!, inSeconds: 0 } })
    await lapse()
    expect(await suspects().sweep([])).toEqual({ isOneDue: false, deaths: 0 })
    expect(await claims()).toEqual([])
    expect(await depth()).toBe(0)
  })
})
