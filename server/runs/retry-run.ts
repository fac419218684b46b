// A run tried again because its owner asks for it, or because the connection is back. What was done stays done.
import { type Expression, sql, type SqlBool, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { suspectFromStart } from '../jobs/claim-store.ts'
import { announce } from '../live/live.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { requeueMessage } from '../inbox/mark-store.ts'
import { makeRunsDue } from './due-runs.ts'
import { findRun } from './run-list.ts'
import { jsonText } from '../database/text.ts'
import { allowAgain, isInDoubt } from './intent-store.ts'
import { isOneClick, type RunRow } from './run.ts'

type Trx = Transaction<Schema>
const retryable: readonly RunRow['outcome'][] = ['failed', 'needs-you', 'waiting']

export async function retryRun(trx: Trx, actor: Actor, id: string): Promise<void> {
  const run = await findRun(trx, actor, id)
  if (!retryable.includes(run.outcome)) throw new Problem('not-retryable', 'This run has ended and has nothing left to do.')
  if (run.reason_code === 'in-doubt') await allowAgain(trx, run.id)
  const mayChange = !isOneClick(run) && !(await isInDoubt(trx, run.id))
  const isNewPlan = mayChange && ((await hasChangedRecipe(trx, run)) || (await lacksPlan(trx, run)))
  await reopen(trx, run)
  if (isNewPlan) await dropPlanOf(trx, run)
  const actions = await trx.selectFrom('actions').select('ordinal').where('run_id', '=', run.id).execute()
  const isSuspect = run.reason_code === 'too-heavy' && run.reason_params['part'] === 'process'
  if (actions.length > 0) {
    if (isSuspect) await suspectFromStart(trx, 'run', { key: run.id, group: run.connection_id ?? run.id })
    return makeRunsDue(trx, [run.id])
  }
  // The mail is read once more: it could not be before, or its recipe says something else by now.
  if (run.connection_id === null) throw new Problem('not-retryable', 'The mailbox of this email is no longer connected.')
  await requeueMessage(trx, run.connection_id, run.message_id, { isSuspect })
}

/** Runs that waited for a mailbox, once it is back. */
export const resumeRuns = (trx: Trx, connectionId: string): Promise<number> => resume(trx, sql<boolean>`connection_id = ${connectionId}`)

/** Runs that waited for a board elsewhere, once its owner is connected there. One that waits for its mailbox too will wait again. */
export const resumeRunsOf = (trx: Trx, personId: string): Promise<number> => resume(trx, sql<boolean>`person_id = ${personId}`)

async function resume(trx: Trx, whose: Expression<SqlBool>): Promise<number> {
  const resumed = await trx
    .updateTable('runs')
    .set({ reason_code: 'waiting-for-retry', lease_until: null })
    .where(whose)
    .where('outcome', '=', 'waiting')
    .where('reason_code', '=', 'connection-lost')
    .returning(['id', 'started_at'])
    .execute()
  const inOrder = resumed.toSorted((a, b) => a.started_at.getTime() - b.started_at.getTime())
  await makeRunsDue(
    trx,
    inOrder.map(({ id }) => id),
  )
  return resumed.length
}

/** Whether its owner has mended the recipe since; refuses where there is no recipe that is on. */
async function hasChangedRecipe(trx: Trx, run: RunRow): Promise<boolean> {
  const recipe =
    run.recipe_id === null
      ? undefined
      : await trx.selectFrom('recipes').select(['enabled', 'version']).where('id', '=', run.recipe_id).executeTakeFirst()
  if (recipe === undefined) throw new Problem('not-retryable', 'The recipe of this run has been deleted.')
  if (!recipe.enabled) throw new Problem('not-retryable', 'Turn the recipe on first.')
  return recipe.version !== run.recipe_version
}

const lacksPlan = async (trx: Trx, { id }: RunRow): Promise<boolean> =>
  (await trx
    .selectFrom('actions')
    .select('ordinal')
    .where('run_id', '=', id)
    .where('outcome', 'in', ['waiting', 'failed'])
    .where('plan', 'is', null)
    .executeTakeFirst()) !== undefined

/** Only where nothing of it has been done, and nothing is under way. */
async function dropPlanOf(trx: Trx, run: RunRow): Promise<void> {
  if (run.outcome === 'waiting') return
  const done = trx.selectFrom('actions').select('ordinal').where('run_id', '=', run.id).where('outcome', '=', 'done')
  await trx
    .deleteFrom('actions')
    .where('run_id', '=', run.id)
    .where(({ not, exists }) => not(exists(done)))
    .execute()
}

async function reopen(trx: Trx, run: RunRow): Promise<void> {
  await trx
    .updateTable('runs')
    .set({
      outcome: 'waiting',
      reason_code: 'waiting-for-retry',
      reason_params: jsonText(notesOf(run)),
      lease_until: null,
      finished_at: null,
    })
    .where('id', '=', run.id)
    .execute()
  await trx
    .updateTable('actions')
    .set({ outcome: 'waiting', ended_at: null })
    .where('run_id', '=', run.id)
    .where('outcome', '=', 'failed')
    .where(sql<boolean>`plan is not null`)
    .execute()
  await announce(trx, { tenantId: run.tenant_id, personId: run.person_id, kind: 'run', id: run.id })
}

/** What earlier actions noted stays; why the run failed does not. */
function notesOf({ outcome, reason_params }: RunRow): Record<string, unknown> {
  return outcome === 'waiting' ? reason_params : {}
}
