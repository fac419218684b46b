// A run that is done by a job of its own. Who does it holds a lease by the database's clock, and a fence that rises with every
// claim: a late writer whose fence is old changes nothing.
import { sql, type SqlBool } from 'kysely'
import { jsonText } from '../database/text.ts'
import type { Db } from '../database/schema.ts'
import { isPresent } from '../jobs/presence.ts'
import { announce } from '../live/live.ts'
import type { WrittenColumns } from './run-store.ts'
import { type ActionRow, isOneClick, type Reason, type RunRow } from './run.ts'

/** `worker`: see jobs/presence.ts. Of a process that is gone the lease does not count. */
type Claiming = { leaseMs: number; worker: number | null }
export type Claim = { run: RunRow; actions: ActionRow[] }

export async function claimRun(trx: Db, runId: string, { leaseMs, worker }: Claiming): Promise<Claim | 'ended' | 'busy'> {
  const run = await trx
    .updateTable('runs')
    .set({ fence: sql`fence + 1`, lease_until: leaseEnd(leaseMs), worker })
    .where('id', '=', runId)
    .where('outcome', '=', 'waiting')
    .where(sql<SqlBool>`(lease_until is null or lease_until < now() or (worker is not null and not ${isPresent(sql.ref('worker'))}))`)
    .returningAll()
    .executeTakeFirst()
  const actions = await trx.selectFrom('actions').selectAll().where('run_id', '=', runId).orderBy('ordinal').execute()
  if (run !== undefined) return { run, actions }
  const held = await trx.selectFrom('runs').select('id').where('id', '=', runId).where('outcome', '=', 'waiting').executeTakeFirst()
  return held === undefined ? 'ended' : 'busy'
}

/** Locks the run for the rest of the transaction; false when it is no longer ours. Prolongs the lease. */
export async function holdRun(trx: Db, { id, fence }: RunRow, leaseMs: number): Promise<boolean> {
  const held = await trx
    .updateTable('runs')
    .set({ lease_until: leaseEnd(leaseMs) })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('outcome', '=', 'waiting')
    .executeTakeFirst()
  return held.numUpdatedRows === 1n
}

/** A run that waits on keeps its plan; one that has ended gives up its lease and what it mapped. */
export async function concludeRun(trx: Db, run: RunRow, outcome: RunRow['outcome'], { code, params = {} }: Reason): Promise<boolean> {
  const concluded = await trx
    .updateTable('runs')
    .set({
      outcome,
      reason_code: code,
      reason_params: jsonText(params),
      lease_until: null,
      finished_at: outcome === 'waiting' ? null : sql<Date>`now()`,
    })
    .where('id', '=', run.id)
    .where('fence', '=', run.fence)
    .where('outcome', '=', 'waiting')
    .executeTakeFirst()
  if (concluded.numUpdatedRows !== 1n) return false
  if (outcome === 'skipped') await dropWaiting(trx, run.id)
  if (outcome === 'failed' || outcome === 'needs-you') await forgetPlan(trx, run)
  await announce(trx, { tenantId: run.tenant_id, personId: run.person_id, kind: 'run', id: run.id })
  return true
}

/** For its last change: whoever had it changes it no more. `isHolderDead`: nobody has it, whatever its lease says. */
export async function takeRun(trx: Db, runId: string, { isHolderDead }: { isHolderDead: boolean }): Promise<RunRow | undefined> {
  return trx
    .updateTable('runs')
    .set({ fence: sql`fence + 1`, lease_until: null })
    .where('id', '=', runId)
    .where('outcome', '=', 'waiting')
    .where(sql<boolean>`(${isHolderDead} or lease_until is null or lease_until < now())`)
    .returningAll()
    .executeTakeFirst()
}

/** What will not be done any more is not kept either. */
async function dropWaiting(trx: Db, runId: string): Promise<void> {
  await trx
    .updateTable('actions')
    .set({ outcome: 'skipped', plan: null, ended_at: sql<Date>`now()` })
    .where('run_id', '=', runId)
    .where('outcome', '=', 'waiting')
    .execute()
}

/**
 * Of a mail that came to nothing nothing is kept: who tries it again has it read once more. One that was carried out in part, may
 * have been, or that no recipe can plan anew, keeps what is left to do.
 */
async function forgetPlan(trx: Db, run: RunRow): Promise<void> {
  if (isOneClick(run)) return
  await trx
    .updateTable('actions')
    .set({ plan: null })
    .where('run_id', '=', run.id)
    .where(sql<SqlBool>`not exists (select from actions as other where other.run_id = ${run.id} and other.outcome = 'done')`)
    .where(sql<SqlBool>`not exists (select from intents where intents.run_id = ${run.id})`)
    .execute()
}

/** An attempt that failed gives the run back at once. */
export async function releaseRun(trx: Db, { id, fence }: RunRow): Promise<void> {
  await trx.updateTable('runs').set({ lease_until: null }).where('id', '=', id).where('fence', '=', fence).execute()
}

export async function noteOnRun(trx: Db, { id }: RunRow, notes: Record<string, unknown>): Promise<void> {
  await trx
    .updateTable('runs')
    .set({ reason_params: jsonText(notes) })
    .where('id', '=', id)
    .execute()
}

type ActionEnd = Partial<WrittenColumns> & {
  outcome: 'done' | 'skipped' | 'failed'
}

/** What failed keeps its plan until its run ends. */
export async function endAction(trx: Db, { run_id, ordinal }: ActionRow, end: ActionEnd): Promise<void> {
  await trx
    .updateTable('actions')
    .set({ ...end, ended_at: sql<Date>`now()`, ...(end.outcome === 'failed' ? {} : { plan: null }) })
    .where('run_id', '=', run_id)
    .where('ordinal', '=', ordinal)
    .execute()
}

const leaseEnd = (leaseMs: number) => sql<Date>`now() + make_interval(secs => ${leaseMs / 1000})`
