// A run as the API shows it.
import type { Selectable } from 'kysely'
import type { ReasonCode, Run } from '../../contract/run.ts'
import type { Db, Schema } from '../database/schema.ts'

export type RunRow = Selectable<Schema['runs']>
export type ActionRow = Selectable<Schema['actions']>
export type Reason = { code: ReasonCode; params?: Record<string, unknown> }

/** Its owner asked for it, and no recipe. */
export const isOneClick = ({ event_kind: kind }: Pick<RunRow, 'event_kind'>): boolean => kind === 'click'

export async function runsShown(db: Db, rows: RunRow[]): Promise<Run[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const actions = await db
    .selectFrom('actions')
    .select(['run_id', 'kind', 'outcome', 'target', 'item_id', 'update_id', 'remote_item_id'])
    .where('run_id', 'in', ids)
    .orderBy('ordinal')
    .execute()
  return rows.map((row) =>
    runFrom(
      row,
      actions.filter(({ run_id }) => run_id === row.id),
    ),
  )
}

type ActionShown = Pick<ActionRow, 'kind' | 'outcome' | 'target' | 'item_id' | 'update_id' | 'remote_item_id'>

const itemShown = (target: ActionRow['target'], id: string | null) => (id === null ? {} : { item: { target, id } })

/** Without the plan: it holds whole bodies of mails that wait. */
function runFrom(row: RunRow, actions: ActionShown[]): Run {
  return {
    id: row.id,
    recipeId: row.recipe_id,
    event: { kind: row.event_kind, messageId: row.message_id },
    messageId: row.message_id,
    message: { subject: row.subject, from: row.from_text, receivedAt: row.received_at?.toISOString() ?? null },
    outcome: row.outcome,
    reason: { code: row.reason_code as ReasonCode, params: row.reason_params },
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    actions: actions.map(({ kind, outcome, target, item_id, update_id, remote_item_id }) => ({
      kind,
      outcome,
      ...(item_id === null ? {} : { itemId: item_id }),
      ...(update_id === null ? {} : { updateId: update_id }),
      ...itemShown(target, item_id ?? remote_item_id),
    })),
  }
}
