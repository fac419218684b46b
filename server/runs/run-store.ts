// The rows of runs and actions as they come in, and what is asked of them. One run per recipe and event.
import { randomUUID } from 'node:crypto'
import { sql, type SqlBool } from 'kysely'
import type { TriggerEvent } from '../../recipes/trigger-event.ts'
import { builtOnce } from '../database/built-once.ts'
import { jsonText } from '../database/text.ts'
import type { Db } from '../database/schema.ts'
import { askAnew, sendAhead } from '../database/statements.ts'
import type { ActionRow, Reason, RunRow } from './run.ts'
import type { Mail } from '../messages/mail-of.ts'
import type { Plan } from '../content/plan.ts'
import { insertingAction, insertingRun, isOpen } from './run-row-store.ts'

export type Facts = {
  /** Chosen by the caller where something else names the run before it is there. */
  id?: string
  tenantId: string
  personId: string
  connectionId: string
  messageId: string
  event: TriggerEvent['kind']
  /** null: none asked for it. */
  recipe: { id: string; version: number } | null
  mail?: Mail
}
export type RunEnd = { outcome: RunRow['outcome']; reason: Reason; actions?: NewAction[] }
/** What it wrote, where it has ended; its plan, where it has not, or its owner may try it again. */
export type NewAction = Pick<ActionRow, 'kind' | 'outcome'> & Partial<WrittenColumns> & { plan: Plan | null }
export type WrittenColumns = Pick<
  ActionRow,
  'target' | 'item_id' | 'item_version' | 'update_id' | 'made_item' | 'remote_item_id' | 'remote_update_id'
>

export const waitingAction = (plan: Plan): NewAction => ({ kind: plan.action.kind, outcome: 'waiting', plan })

/** undefined: this mail has its run of this recipe already. */
export async function insertRun(trx: Db, facts: Facts, { outcome, reason, actions = [] }: RunEnd): Promise<string | undefined> {
  const { mail } = facts
  const run = insertingRun({
    id: facts.id ?? randomUUID(),
    tenant_id: facts.tenantId,
    person_id: facts.personId,
    connection_id: facts.connectionId,
    message_id: facts.messageId,
    event_kind: facts.event,
    recipe_id: facts.recipe?.id ?? null,
    recipe_key: facts.recipe?.id ?? null,
    recipe_version: facts.recipe?.version ?? 0,
    subject: mail?.subject.slice(0, 1000).toWellFormed() ?? '',
    from_text: mail?.from.slice(0, 500).toWellFormed() ?? '',
    received_at: mail?.receivedAt ?? null,
    conversation_id: mail?.conversationId || null,
    internet_message_id: mail?.internetMessageId || null,
    outcome,
    reason_code: reason.code,
    reason_params: jsonText(reason.params ?? {}),
    finished_at: outcome === 'waiting' ? null : new Date(),
  })
  const [inserted] = (await trx.executeQuery(run)).rows
  if (inserted === undefined) return undefined
  for (const [ordinal, { plan, ...action }] of actions.entries()) {
    const row = { ...nothingWritten, ...action }
    const its = { run_id: inserted.id, ordinal, tenant_id: facts.tenantId, plan: plan === null ? null : jsonText(plan) }
    await sendAhead(trx, insertingAction({ ...row, ...its }))
  }
  return inserted.id
}

const nothingWritten: WrittenColumns = {
  target: 'built-in',
  item_id: null,
  item_version: null,
  update_id: null,
  made_item: false,
  remote_item_id: null,
  remote_update_id: null,
}

type Asked = { recipeId: string; personId: string; messageId: string }

/** Whether a recipe has decided of a mail for good, or its run is open; undefined: it has not looked at it. */
export async function whatIsDecided(trx: Db, asked: Asked[]): Promise<(one: Asked) => 'settled' | 'open' | undefined> {
  const mails = [...new Map(asked.map((one) => [`${one.personId}/${one.messageId}`, one])).values()]
  const { rows } = await askAnew(
    trx,
    findingDecided({ personIds: mails.map(({ personId }) => personId), messageIds: mails.map(({ messageId }) => messageId) }),
  )
  const known = new Map(rows.map((row) => [`${row.recipe_id}/${row.message_id}`, row.open ? ('open' as const) : ('settled' as const)]))
  return ({ recipeId, messageId }) => known.get(`${recipeId}/${messageId}`)
}

/** One look a mail, however many recipes there are. A run that is open goes before what was noted of the mail. */
const findingDecided = builtOnce(
  (_, { personIds, messageIds }: { personIds: string[]; messageIds: string[] }) =>
    sql<{ recipe_id: string; message_id: string; open: boolean }>`
    with given as (select * from unnest(${personIds}::uuid[], ${messageIds}::text[]) as given (person_id, message_id))
    select recipe_id, message_id, false as open
    from given join checks using (person_id, message_id) cross join lateral jsonb_object_keys(not_matched) as recipe_id
    union all
    select recipe_key::text, message_id, ${isOpen()} from given join runs using (person_id, message_id)`,
)

/** Which of these recipes are there and on; they stay so until the transaction ends. */
export async function stillWanted(trx: Db, recipeIds: string[]): Promise<Set<string>> {
  const { rows } = await trx.executeQuery(findingWanted({ recipeIds }))
  return new Set(rows.map(({ id }) => id))
}

const findingWanted = builtOnce((db, { recipeIds }: { recipeIds: string[] }) =>
  db
    .selectFrom('recipes')
    .select('id')
    .where(sql<SqlBool>`id = any(${recipeIds}::uuid[]) and enabled`)
    .orderBy('id')
    .forShare(),
)

/** Two undos of one run come one after the other. */
export async function holdEnded(trx: Db, { id }: RunRow): Promise<void> {
  await trx.selectFrom('runs').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Newest first. */
export function doneActions(trx: Db, { id }: RunRow): Promise<ActionRow[]> {
  return trx.selectFrom('actions').selectAll().where('run_id', '=', id).where('outcome', '=', 'done').orderBy('ordinal', 'desc').execute()
}

/** `isWhole`: nothing of it stays. */
export async function endUndone(trx: Db, { id }: RunRow, ordinals: number[], isWhole: boolean): Promise<void> {
  await trx.updateTable('actions').set({ outcome: 'undone' }).where('run_id', '=', id).where('ordinal', 'in', ordinals).execute()
  if (!isWhole) return
  await trx
    .updateTable('runs')
    .set({ reason_code: 'undone', reason_params: jsonText({}) })
    .where('id', '=', id)
    .execute()
}
