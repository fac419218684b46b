// Recipes and what became of mails. Their meaning stands in migrations/.
import type { ColumnType, Generated } from 'kysely'
import type { Board } from '../../../contract/board.ts'
import type { Json, MaybeInstant, Now } from './column-types.ts'

export type RunTables = {
  recipes: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    name: string
    enabled: boolean
    enabled_at: MaybeInstant
    trigger_kind: string
    body: ColumnType<unknown, string, string>
    paused_cause: string | null
    version: Generated<number>
    created_at: Now
  }
  runs: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    recipe_id: string | null
    event_kind: ColumnType<'mail' | 'click', 'mail' | 'click' | undefined, never>
    /** Outlives the recipe, so that nothing happens twice; null: no recipe asked for it. */
    recipe_key: string | null
    recipe_version: number
    connection_id: string | null
    message_id: string
    run_seq: Generated<number>
    subject: Generated<string>
    from_text: Generated<string>
    received_at: MaybeInstant
    conversation_id: string | null
    internet_message_id: string | null
    outcome: 'done' | 'skipped' | 'failed' | 'waiting' | 'needs-you'
    reason_code: string
    reason_params: ColumnType<Record<string, unknown>, string | undefined, string>
    fence: Generated<number>
    lease_until: MaybeInstant
    due_at: MaybeInstant
    worker: number | null
    started_at: Now
    finished_at: MaybeInstant
  }
  checks: {
    id: string
    tenant_id: string
    person_id: string
    connection_id: string | null
    message_id: string
    received_at: MaybeInstant
    checked_at: Now
    not_matched: Json<Record<string, string>>
  }
  actions: {
    run_id: string
    ordinal: number
    tenant_id: string
    kind: string
    plan: ColumnType<unknown, string | null, string | null>
    outcome: 'waiting' | 'done' | 'skipped' | 'failed' | 'undone'
    item_id: string | null
    item_version: number | null
    update_id: string | null
    made_item: Generated<boolean>
    ended_at: MaybeInstant
    target: ColumnType<Board['target'], Board['target'] | undefined, Board['target']>
    remote_item_id: string | null
    remote_update_id: string | null
  }
  intents: {
    run_id: string
    ordinal: number
    tenant_id: string
    person_id: string
    request: string
    key: string
    sent_at: MaybeInstant
    reads: Generated<number>
    read_at: MaybeInstant
    answer: ColumnType<unknown, string | null | undefined, string | null>
    made: ColumnType<unknown, string | null | undefined, string | null>
  }
  message_digests: { recipe_id: string; digest: Buffer; tenant_id: string; person_id: string; message_id: string }
}
