// How the rows of runs and actions come in.
import { sql, type SqlBool } from 'kysely'
import { builtOnce } from '../database/built-once.ts'
import type { ActionRow, RunRow } from './run.ts'

type NewRun = Omit<RunRow, 'run_seq' | 'received_at' | 'reason_params' | 'fence' | 'lease_until' | 'due_at' | 'worker' | 'started_at'> & {
  received_at: string | null
  reason_params: string
}

/** Nothing comes back: this mail has its run of this recipe already. */
export const insertingRun = builtOnce((db, run: NewRun) =>
  db
    .insertInto('runs')
    .values({
      id: run.id,
      tenant_id: run.tenant_id,
      person_id: run.person_id,
      connection_id: run.connection_id,
      message_id: run.message_id,
      recipe_id: run.recipe_id,
      event_kind: run.event_kind,
      recipe_key: run.recipe_key,
      recipe_version: run.recipe_version,
      subject: run.subject,
      from_text: run.from_text,
      received_at: run.received_at,
      conversation_id: run.conversation_id,
      internet_message_id: run.internet_message_id,
      outcome: run.outcome,
      reason_code: run.reason_code,
      reason_params: run.reason_params,
      finished_at: run.finished_at,
      // Runs of one transaction keep their order: that is how they are undone.
      started_at: sql<Date>`clock_timestamp()`,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['recipe_key', 'message_id', 'run_seq'])
        .doUpdateSet(({ ref }) => ({
          recipe_version: ref('excluded.recipe_version'),
          subject: ref('excluded.subject'),
          from_text: ref('excluded.from_text'),
          received_at: ref('excluded.received_at'),
          conversation_id: ref('excluded.conversation_id'),
          internet_message_id: ref('excluded.internet_message_id'),
          outcome: ref('excluded.outcome'),
          reason_code: ref('excluded.reason_code'),
          reason_params: ref('excluded.reason_params'),
          finished_at: ref('excluded.finished_at'),
        }))
        .where(isOpen()),
    )
    .returning('id'),
)

export const insertingAction = builtOnce((db, action: Omit<ActionRow, 'plan' | 'ended_at'> & { plan: string | null }) =>
  db.insertInto('actions').values({
    run_id: action.run_id,
    ordinal: action.ordinal,
    tenant_id: action.tenant_id,
    kind: action.kind,
    plan: action.plan,
    outcome: action.outcome,
    item_id: action.item_id,
    item_version: action.item_version,
    update_id: action.update_id,
    made_item: action.made_item,
    target: action.target,
    remote_item_id: action.remote_item_id,
    remote_update_id: action.remote_update_id,
    ended_at: sql<Date | null>`case when ${action.outcome} <> 'waiting' then now() end`,
  }),
)

/**
 * A run that decides nothing for good: the mail was not in the Inbox and may come back, or the run waits for the mail
 * to be read once more.
 */
export const isOpen = () =>
  sql<SqlBool>`(runs.outcome = 'skipped' and runs.reason_code in ('not-in-inbox', 'message-gone')
    or runs.outcome = 'waiting' and not exists (select from actions where actions.run_id = runs.id))`
