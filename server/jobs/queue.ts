// The queues: pg-boss in our own database, so that a job is committed with what it is about, or not at all; and that of
// mails, which is given.
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { CompiledQuery, sql, type Transaction } from 'kysely'
import { fromKysely, type Job } from 'pg-boss'
import type { OpenDatabase } from '../database/database.ts'
import type { InTransaction, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { ClaimedJob, Ending, Handlers } from './attempt.ts'
import { installBoss, leaseOptions, openBoss, takeBackFrom, takeBackOrphans } from './boss.ts'
import { gathered } from '../database/gather.ts'
import { log } from '../log.ts'
import { type BossQueue, bossQueues, envelope, type JobData, type NewJob, queueNames } from './job-data.ts'
import type { Presence } from './presence.ts'
import type { RowQueue } from './row-queue.ts'
import { countSuspectJobs, type FetchedJob, setAside, suspectJobs, suspectsOfBoss } from './suspect-job-store.ts'
import { openSuspects } from './suspects.ts'
import { wakeChannel, wakeWorkers } from './wake.ts'
import { type Source, startWorker, type Worker } from './worker.ts'

export type Queue = {
  /** Adds jobs in the caller's transaction. */
  insert<Name extends BossQueue>(trx: Transaction<Schema>, name: Name, jobs: NewJob<Name>[]): Promise<void>
  /** Begins to work; a process that only answers HTTP never calls it. */
  start(handlers: Handlers): Promise<void>
  /** Takes no more jobs, lets those under way end, gives back what has not ended in time. */
  stop(): Promise<void>
  /** Jobs that wait or are under way, by queue. */
  depth(): Promise<Record<string, number>>
}

export type QueueOptions = {
  database: Pick<OpenDatabase, 'db' | 'pool' | 'kind' | 'listen'>
  asSystem: InTransaction
  /** The queue of mails. */
  inbox: RowQueue
  presence: Presence
  jobLeaseMs: number
  retryBaseMs: number
  /** Whether this process does jobs, or only adds them. */
  works: boolean
}

const claimLock = 7_105_531_206

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { db, kind } = options.database
  const embedded = kind === 'embedded'
  const boss = openBoss(options)
  await installBoss(boss, options.database)
  const lease = leaseOptions(options.jobLeaseMs)
  let worker: Worker | undefined
  let unlisten: (() => void | Promise<void>) | undefined

  async function insert<Name extends BossQueue>(trx: Transaction<Schema>, name: Name, jobs: NewJob<Name>[], attempt = 1): Promise<void> {
    if (jobs.length === 0) return
    const rows = jobs.map(({ data, key, group, startAfterSeconds, isSuspect }) => ({
      id: randomUUIDv7(),
      data: { attempt, data, ...(isSuspect ? { isSuspect } : {}) },
      singletonKey: key ?? randomUUID(),
      ...(group === undefined ? {} : { group: { id: group } }),
      ...(startAfterSeconds === undefined ? {} : { startAfter: Math.max(startAfterSeconds, 0) }),
      ...lease,
    }))
    await boss.insert(name, rows, { db: sendingAhead(trx) })
    await wakeWorkers(trx, name)
  }

  /** Without the lock, claims that run side by side would each count the same group as free. */
  const claim = (name: BossQueue, batchSize: number): Promise<ClaimedJob[]> =>
    db.transaction().execute(async (trx) => {
      if (!embedded) await sendAhead(trx, sql`select pg_advisory_xact_lock(${claimLock})`)
      const jobs = await boss.fetch<object>(name, { batchSize, groupConcurrency: 1, db: fromKysely(trx) })
      if (jobs.length === 0) return []
      const { left, aside } = await setAside(trx, name, jobs.map(fetchedJob))
      if (aside.length > 0) await boss.deleteJob(name, aside.map(attemptOf), { db: fromKysely(trx) })
      await markAsOurs(trx, name, left)
      return left
    })

  const markAsOurs = async (trx: Transaction<Schema>, name: BossQueue, jobs: ClaimedJob[]): Promise<void> => {
    const { worker } = options.presence
    if (worker === null || jobs.length === 0) return
    const ids = jobs.map(({ id }) => id)
    await sendAhead(
      trx,
      sql`update pgboss.job set data = data || jsonb_build_object('worker', ${worker}::int) where name = ${name} and id = any(${ids}::uuid[])`,
    )
  }

  /** A lapsed claim ends nothing: somebody else has the job. */
  const end = gathered(async (ended: { name: BossQueue; job: ClaimedJob }[]) => {
    for (const name of new Set(ended.map((one) => one.name))) {
      const jobs = ended.filter((one) => one.name === name).map((one) => attemptOf(one.job))
      await boss.deleteJob(name, jobs)
    }
    return ended.map(() => undefined)
  })

  /** Puts the next attempt into the queue in the transaction that ends this one. */
  const endAndFollow = (name: BossQueue, job: ClaimedJob, next: NonNullable<Ending['next']>): Promise<void> =>
    db.transaction().execute(async (trx) => {
      const ended: { affected?: number } = await boss.deleteJob(name, attemptOf(job), { db: fromKysely(trx) })
      if (ended.affected === 1) await insert(trx, name, [next.job as NewJob<typeof name>], next.attempt)
    })

  const sourceOf = (name: BossQueue): Source => ({
    claim: (most) => claim(name, most),
    settle: (job, { next }) => (next === undefined ? end({ name, job }) : endAndFollow(name, job, next)),
    touch: async (jobs) => void (await boss.touch(name, jobs.map(attemptOf))),
    // As a new job: one that is fetched again would look like that of a process that died.
    async giveBack(jobs) {
      for (const job of jobs) {
        const { attempt, data, group } = job
        await endAndFollow(name, job, { attempt, job: { data: data as JobData<typeof name>, ...(group === undefined ? {} : { group }) } })
      }
    },
  })

  return {
    insert,
    async start(handlers) {
      const { retryBaseMs, jobLeaseMs, database, asSystem, inbox, presence } = options
      const ofBoss = Object.fromEntries(bossQueues.map((name) => [name, sourceOf(name)])) as Record<BossQueue, Source>
      const others = {
        suspects: suspectsOfBoss({ leaseMs: jobLeaseMs, retryBaseMs, worker: presence.worker }),
        source: suspectJobs(asSystem, jobLeaseMs),
      }
      const suspects = openSuspects(asSystem, { lockClaims: inbox.lockClaims, messages: inbox, others })
      if (embedded) await Promise.all([takeBackOrphans(boss), suspects.sweep('all')])
      /** First the jobs, then the number that they carry: broken off in between it is done once more. */
      const sweep = async () => {
        const gone = await presence.gone()
        const swept = await suspects.sweep(gone)
        if (gone.length === 0) return swept
        await takeBackFrom(boss, database.pool, gone)
        await presence.forget(gone)
        log.warn({ count: gone.length }, 'A process is gone, and what it had under way is taken over')
        return swept
      }
      worker = startWorker({
        handlers,
        sources: { ...ofBoss, message: inbox.source },
        suspects,
        sweep,
        retryBaseMs,
        touchEveryMs: Math.min(jobLeaseMs / 3, 10_000),
        sweepEveryMs: Math.min(jobLeaseMs / 4, embedded ? 1_000 : 500),
      })
      const { wake } = worker
      unlisten = await database.listen(wakeChannel, wake, () => queueNames.forEach(wake))
    },
    async stop() {
      await unlisten?.()
      await worker?.stop()
      await boss.stop({ graceful: false, close: false })
    },
    async depth() {
      // First, since a mail may leave its run to a job. The counts that pg-boss keeps are as old as its last upkeep.
      const message = await options.inbox.count()
      const { rows } = await sql<{ name: string; open: number }>`
        select name, count(*)::int as open from pgboss.job where state < 'completed' group by name`.execute(db)
      const suspects = await countSuspectJobs(options.asSystem)
      const ofBoss = bossQueues.map((name) => [name, (rows.find((row) => row.name === name)?.open ?? 0) + (suspects.get(name) ?? 0)])
      return { message, ...Object.fromEntries(ofBoss) }
    },
  }
}

/** Nobody waits for what comes back of an insertion. */
const sendingAhead = (trx: Transaction<Schema>) => ({
  async executeSql(text: string, values: unknown[] = []) {
    await sendAhead(trx, CompiledQuery.raw(text, values))
    return { rows: [] }
  },
})

function fetchedJob(job: Job<object>): FetchedJob {
  const { attempt, data, isSuspect = false } = envelope.parse(job.data)
  const group = typeof job.groupId === 'string' ? { group: job.groupId } : {}
  return { id: job.id, retryCount: job.retryCount, attempt, data, isSuspect, ...group }
}

const attemptOf = ({ id, retryCount }: ClaimedJob) => ({ id, retryCount })
