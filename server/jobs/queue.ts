// The queues: pg-boss in our own database, so that a job is committed with what it is about, or not at all; and the inbox,
// which is the queue of mails.
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { CompiledQuery, sql, type Transaction } from 'kysely'
import { fromKysely, type Job, PgBoss } from 'pg-boss'
import type { OpenDatabase } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import { log } from '../log.ts'
import type { ClaimedJob, Handlers, NextAttempt } from './attempt.ts'
import { gathered } from './gather.ts'
import { type BossQueue, bossQueues, envelope, type NewJob, queueNames } from './job-data.ts'
import { freeAllMessages, type InTransaction, openMessageClaims, queuedMessages } from './message-claims.ts'
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
  /** In the role that reads and writes the inbox. */
  asSystem: InTransaction
  jobLeaseMs: number
  retryBaseMs: number
  /** Whether this process does jobs, or only adds them. */
  works: boolean
}

const claimLock = 7_105_531_206
const installLock = 7_105_531_205

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { db, kind } = options.database
  const embedded = kind === 'embedded'
  const boss = bossOver(options)
  await install(boss, options.database)
  const lease = leaseOptions(options.jobLeaseMs)
  let worker: Worker | undefined
  let unlisten: (() => void | Promise<void>) | undefined

  async function insert<Name extends BossQueue>(trx: Transaction<Schema>, name: Name, jobs: NewJob<Name>[], attempt = 1): Promise<void> {
    if (jobs.length === 0) return
    const rows = jobs.map(({ data, key, group, startAfterSeconds }) => ({
      id: randomUUIDv7(),
      data: { attempt, data },
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
      return jobs.map(claimedJob)
    })

  /** A lapsed claim ends nothing: somebody else has the job. */
  const end = gathered(async (ended: { name: BossQueue; job: ClaimedJob }[]) => {
    for (const name of new Set(ended.map((one) => one.name))) {
      const jobs = ended.filter((one) => one.name === name).map((one) => attemptOf(one.job))
      await boss.deleteJob(name, jobs)
    }
    return ended.map(() => undefined)
  })

  /** Puts the next attempt into the queue in the transaction that ends this one. */
  const endAndFollow = (name: BossQueue, job: ClaimedJob, next: NextAttempt): Promise<void> =>
    db.transaction().execute(async (trx) => {
      const ended: { affected?: number } = await boss.deleteJob(name, attemptOf(job), { db: fromKysely(trx) })
      if (ended.affected === 1) await insert(trx, name, [next.job as NewJob<typeof name>], next.attempt)
    })

  const sourceOf = (name: BossQueue): Source => ({
    claim: (most) => claim(name, most),
    settle: (job, next) => (next === undefined ? end({ name, job }) : endAndFollow(name, job, next)),
    touch: async (jobs) => void (await boss.touch(name, jobs.map(attemptOf))),
    giveBack: async (jobs) => void (await boss.fail(name, jobs.map(attemptOf))),
  })

  return {
    insert,
    async start(handlers) {
      const { retryBaseMs, jobLeaseMs, database, asSystem } = options
      if (embedded) await Promise.all([takeBackOrphans(boss), freeAllMessages(asSystem)])
      const ofBoss = Object.fromEntries(bossQueues.map((name) => [name, sourceOf(name)])) as Record<BossQueue, Source>
      const message = openMessageClaims(asSystem, { leaseMs: jobLeaseMs, isAlone: embedded })
      worker = startWorker({ handlers, sources: { ...ofBoss, message }, retryBaseMs, touchEveryMs: Math.min(jobLeaseMs / 3, 10_000) })
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
      const message = await queuedMessages(options.asSystem)
      const { rows } = await sql<{ name: string; open: number }>`
        select name, count(*)::int as open from pgboss.job where state < 'completed' group by name`.execute(db)
      const ofBoss = bossQueues.map((name) => [name, rows.find((row) => row.name === name)?.open ?? 0])
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

/** Replicas that start on an empty database at once: one of them makes the tables. */
async function install(boss: PgBoss, { db, pool, kind }: QueueOptions['database']): Promise<void> {
  const start = async () => {
    await boss.start()
    for (const name of bossQueues) await boss.createQueue(name, { policy: 'short' })
    await letUnitsOfWorkAdd(pool)
  }
  if (kind === 'embedded') return start()
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${installLock})`.execute(trx)
    await start()
  })
}

/** Units of work add jobs, and see of the queue no more than that takes. */
async function letUnitsOfWorkAdd(pool: OpenDatabase['pool']): Promise<void> {
  const { rows } = await pool.query(`select has_table_privilege('mailboard_app', 'pgboss.job', 'insert') as may`)
  if (rows[0]?.may === true) return
  const { rows: tables } = await pool.query<{ name: string }>(
    `select 'pgboss.job'::regclass::text as name union select inhrelid::regclass::text from pg_inherits where inhparent = 'pgboss.job'::regclass`,
  )
  const roles = 'mailboard_app, mailboard_system'
  await pool.query(`grant usage on schema pgboss to ${roles}`)
  await pool.query(`grant select on pgboss.queue to ${roles}`)
  for (const { name } of tables) {
    await pool.query(`grant insert on ${name} to ${roles}`)
  }
}

function bossOver({ database: { pool, kind }, works, jobLeaseMs }: QueueOptions): PgBoss {
  const embedded = kind === 'embedded'
  const watchSeconds = jobLeaseMs < 10_000 ? 1 : 4
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values as unknown[]) },
    backend: embedded ? 'pglite' : 'postgres',
    supervise: works,
    superviseIntervalSeconds: watchSeconds,
    monitorIntervalSeconds: watchSeconds,
    maintenanceIntervalSeconds: 60,
    schedule: false,
    registerInstance: false,
    reindex: !embedded,
    monitorVacuum: !embedded,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (error) => log.warn({ err: error }, 'The queue cannot do its upkeep'))
  return boss
}

/**
 * A job of a process that died comes back after the lease. Heartbeats find that out while long jobs go on undisturbed;
 * pg-boss takes none below ten seconds, and then the lease is the longest that a job may last.
 */
function leaseOptions(jobLeaseMs: number) {
  const seconds = Math.ceil(jobLeaseMs / 1000)
  const lease = seconds < 10 ? { expireInSeconds: seconds } : { heartbeatSeconds: seconds, expireInSeconds: Math.max(3600, seconds) }
  return { ...lease, retryLimit: 1000, retryDelay: 0, retryBackoff: false, deleteAfterSeconds: 60, retentionSeconds: 31_536_000 }
}

/** One process alone uses the embedded database: what is under way when it starts belongs to a process that is gone. */
async function takeBackOrphans(boss: PgBoss): Promise<void> {
  for (const name of bossQueues) {
    const jobs = await boss.findJobs(name, { limit: 100_000 })
    const orphans = jobs.filter((job) => job.state === 'active').map((job) => job.id)
    if (orphans.length > 0) await boss.fail(name, orphans)
  }
}

function claimedJob(job: Job<object>): ClaimedJob {
  const { attempt, data } = envelope.parse(job.data)
  const group = typeof job.groupId === 'string' ? { group: job.groupId } : {}
  return { id: job.id, retryCount: job.retryCount, attempt, data, ...group }
}

const attemptOf = ({ id, retryCount }: ClaimedJob) => ({ id, retryCount })
