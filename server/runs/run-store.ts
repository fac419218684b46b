// The rows of runs and actions. One run per recipe and mail; who does it holds a lease by the database's clock, and a
// fence that rises with every claim: a late writer whose fence is old changes nothing.
import { sql, type SqlBool } from 'kysely'
import { jsonText } from '../database/text.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import type { ActionRow, Reason, RunRow } from './run.ts'
import type { Mail } from './mail-of.ts'
import type { Plan } from './plan.ts'

type Facts = {
  tenantId: string
  personId: string
  connectionId: string
  messageId: string
  recipe: { id: string | null; key: string; version: number }
  mail?: Mail
}
type Verdict = { outcome: RunRow['outcome']; reason: Reason; plans?: Plan[] }

/** undefined: this mail has its run of this recipe already. */
export async function insertRun(trx: Db, facts: Facts, { outcome, reason, plans = [] }: Verdict): Promise<string | undefined> {
  const { mail } = facts
  const row = {
    subject: mail?.subject.slice(0, 1000).toWellFormed() ?? '',
    from_text: mail?.from.slice(0, 500).toWellFormed() ?? '',
    received_at: mail?.receivedAt ?? null,
    conversation_id: mail?.conversationId || null,
    internet_message_id: mail?.internetMessageId || null,
    recipe_version: facts.recipe.version,
    outcome,
    reason_code: reason.code,
    reason_params: jsonText(reason.params ?? {}),
    finished_at: outcome === 'waiting' ? null : new Date(),
  }
  const inserted = await trx
    .insertInto('runs')
    .values({
      ...row,
      tenant_id: facts.tenantId,
      person_id: facts.personId,
      connection_id: facts.connectionId,
      message_id: facts.messageId,
      recipe_id: facts.recipe.id,
      recipe_key: facts.recipe.key,
    })
    .onConflict((conflict) => conflict.columns(['recipe_key', 'message_id', 'run_seq']).doUpdateSet(row).where(isOpen()))
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined) return undefined
  if (plans.length > 0) await insertActions(trx, facts.tenantId, inserted.id, plans)
  await announce(trx, { tenantId: facts.tenantId, personId: facts.personId, kind: 'run', id: inserted.id })
  return inserted.id
}

/**
 * A run that decides nothing for good: the mail was not in the Inbox and may come back, or the run waits for the mail
 * to be read once more.
 */
const isOpen = () =>
  sql<SqlBool>`(runs.outcome = 'skipped' and runs.reason_code in ('not-in-inbox', 'message-gone')
    or runs.outcome = 'waiting' and not exists (select from actions where actions.run_id = runs.id))`

/** Of these recipes those that have a run of this mail already: whether it has decided for good, or is open. */
export async function recipesWithRun(trx: Db, messageId: string, recipeIds: string[]): Promise<Map<string, 'settled' | 'open'>> {
  if (recipeIds.length === 0) return new Map()
  const rows = await trx
    .selectFrom('runs')
    .select(['recipe_key', isOpen().as('open')])
    .where('message_id', '=', messageId)
    .where('recipe_key', 'in', recipeIds)
    .execute()
  return new Map(rows.map(({ recipe_key, open }) => [recipe_key, open ? 'open' : 'settled']))
}

async function insertActions(trx: Db, tenantId: string, runId: string, plans: Plan[]): Promise<void> {
  const rows = plans.map((plan, ordinal) => ({
    run_id: runId,
    ordinal,
    tenant_id: tenantId,
    kind: plan.action.kind,
    plan: jsonText(plan),
    outcome: 'waiting' as const,
  }))
  await trx.insertInto('actions').values(rows).execute()
}

export type Claim = { run: RunRow; actions: ActionRow[] }

export async function claimRun(trx: Db, runId: string, leaseMs: number): Promise<Claim | 'ended' | 'busy'> {
  const run = await trx
    .updateTable('runs')
    .set({ fence: sql`fence + 1`, lease_until: leaseEnd(leaseMs) })
    .where('id', '=', runId)
    .where('outcome', '=', 'waiting')
    .where(sql<SqlBool>`(lease_until is null or lease_until < now())`)
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
  await announce(trx, { tenantId: run.tenant_id, personId: run.person_id, kind: 'run', id: run.id })
  return true
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

/** Whether the recipe is there and on; it stays so until the transaction ends. */
export async function isStillWanted(trx: Db, recipeId: string | null): Promise<boolean> {
  if (recipeId === null) return false
  const recipe = await trx.selectFrom('recipes').select('enabled').where('id', '=', recipeId).forShare().executeTakeFirst()
  return recipe?.enabled === true
}

type ActionEnd = Partial<Pick<ActionRow, 'item_id' | 'item_version' | 'update_id' | 'made_item'>> & {
  outcome: 'done' | 'skipped' | 'failed'
}

/** What failed keeps its plan, since its owner may mend the cause and try again. */
export async function endAction(trx: Db, { run_id, ordinal }: ActionRow, end: ActionEnd): Promise<void> {
  await trx
    .updateTable('actions')
    .set({ ...end, ended_at: sql<Date>`now()`, ...(end.outcome === 'failed' ? {} : { plan: null }) })
    .where('run_id', '=', run_id)
    .where('ordinal', '=', ordinal)
    .execute()
}

const leaseEnd = (leaseMs: number) => sql<Date>`now() + make_interval(secs => ${leaseMs / 1000})`

export async function endUndone(trx: Db, { id }: RunRow): Promise<void> {
  await trx.updateTable('actions').set({ outcome: 'undone' }).where('run_id', '=', id).where('outcome', '=', 'done').execute()
  await trx
    .updateTable('runs')
    .set({ reason_code: 'undone', reason_params: jsonText({}) })
    .where('id', '=', id)
    .execute()
}

/** Who may hear of a change on an item; undefined: it is gone. */
export async function audienceOfItem(trx: Db, itemId: string): Promise<{ personId: string | null } | undefined> {
  const row = await trx
    .selectFrom('items')
    .innerJoin('boards', 'boards.id', 'items.board_id')
    .select(['boards.visibility', 'boards.person_id'])
    .where('items.id', '=', itemId)
    .executeTakeFirst()
  return row && { personId: row.visibility === 'tenant' ? null : row.person_id }
}
