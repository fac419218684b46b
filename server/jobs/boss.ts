// pg-boss as it is used here: its tables in our database, made by one process, and open to units of work as far as they need.
import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import type { OpenDatabase } from '../database/database.ts'
import { log } from '../log.ts'
import { bossQueues } from './job-data.ts'

type Options = { database: Pick<OpenDatabase, 'db' | 'pool' | 'kind'>; works: boolean; jobLeaseMs: number }

const installLock = 7_105_531_205

export function openBoss({ database: { pool, kind }, works, jobLeaseMs }: Options): PgBoss {
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

/** Replicas that start on an empty database at once: one of them makes the tables. */
export async function installBoss(boss: PgBoss, { db, pool, kind }: Options['database']): Promise<void> {
  const start = async () => {
    await boss.start()
    for (const name of bossQueues) await boss.createQueue(name, { policy: 'short' })
    await letUnitsOfWorkAdd(pool)
    // Those of mails: versions that kept them here may be running beside this one still. Their rows are queued.
    await pool.query(`delete from pgboss.job where name = 'message'`)
  }
  if (kind === 'embedded') return start()
  await db.transaction().execute(async (trx) => {
    // The first of many replicas may take its time.
    await sql`set local statement_timeout = 0`.execute(trx)
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx)
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

/**
 * A job of a process that died comes back after the lease. Heartbeats find that out while long jobs go on undisturbed;
 * pg-boss takes none below ten seconds, and then the lease is the longest that a job may last.
 */
export function leaseOptions(jobLeaseMs: number) {
  const seconds = Math.ceil(jobLeaseMs / 1000)
  const lease = seconds < 10 ? { expireInSeconds: seconds } : { heartbeatSeconds: seconds, expireInSeconds: Math.max(3600, seconds) }
  return { ...lease, retryLimit: 1000, retryDelay: 0, retryBackoff: false, deleteAfterSeconds: 60, retentionSeconds: 31_536_000 }
}

/** One process alone uses the embedded database: what is under way when it starts belongs to a process that is gone. */
export async function takeBackOrphans(boss: PgBoss): Promise<void> {
  for (const name of bossQueues) {
    const jobs = await boss.findJobs(name, { limit: 100_000 })
    const orphans = jobs.filter((job) => job.state === 'active').map((job) => job.id)
    if (orphans.length > 0) await boss.fail(name, orphans)
  }
}

/** What a process that is gone had under way may be fetched again. */
export async function takeBackFrom(boss: PgBoss, pool: OpenDatabase['pool'], workers: number[]): Promise<void> {
  const { rows } = await pool.query<{ id: string; name: string }>(
    `select id, name from pgboss.job where state = 'active' and (data->>'worker')::int = any($1::int[])`,
    [workers],
  )
  for (const name of new Set(rows.map((row) => row.name)))
    await boss.fail(
      name,
      rows.flatMap((row) => (row.name === name ? [row.id] : [])),
    )
}
