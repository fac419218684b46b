// The tables as Kysely sees them; their meaning stands in migrations/.
import type { BoardVisit } from '../../contract/board.ts'
import type { MailboxCall } from '../../contract/access-log.ts'
import type { Receipt } from '../../contract/connection.ts'
import type { ColumnType, Generated, JSONColumnType, Kysely, Transaction } from 'kysely'

export type Database = Kysely<Schema>
/** A database, or a transaction on it: what every store takes first. */
export type Db = Kysely<Schema> | Transaction<Schema>
/** Does its work in a transaction, as whoever gave this has settled. */
export type InTransaction = <Result>(work: (trx: Transaction<Schema>) => Promise<Result>) => Promise<Result>

type Instant = ColumnType<Date, Date | string, Date | string>
type MaybeInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Now = ColumnType<Date, Date | string | undefined, Date | string>
type Json<T extends object | null> = JSONColumnType<T>
type Reason = { code: string; params: Record<string, string> }

export type Schema = {
  people: {
    id: Generated<string>
    tenant_id: string
    object_id: string
    display_name: Generated<string>
    time_zone: ColumnType<string | null, string | null | undefined, string | null>
    created_at: Now
    approval_required_at: Instant | null
  }
  erased_sign_ins: { who: Buffer; erased_at: Instant; until: Instant }
  policies: { tenant_id: string; create_recipes: ColumnType<'everyone' | 'admins' | string[], string, string>; updated_at: Now }
  connections: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    provider: 'microsoft' | 'monday'
    status: 'connecting' | 'active' | 'needs-reconnect' | 'disconnecting'
    connection_key: string
    account: string | null
    scopes: ColumnType<string[], string | undefined, string>
    since: Now
    last_refresh_at: MaybeInstant
    token_expires_at: MaybeInstant
    reason: ColumnType<Reason | null, string | null | undefined, string | null>
  }
  mailboxes: {
    connection_id: string
    tenant_id: string
    person_id: string
    inbox_id: string | null
    addresses: ColumnType<string[], string | undefined, string>
    cursor: Now
    next_catchup_at: MaybeInstant
    refusals: Generated<number>
    refused_status: number | null
    subscribe_at: MaybeInstant
    away_since: MaybeInstant
    back_at: MaybeInstant
    caught_up_at: MaybeInstant
  }
  subscriptions: {
    id: Generated<string>
    tenant_id: string
    connection_id: string
    graph_id: string | null
    client_state_hash: Buffer
    state: 'pending' | 'active' | 'removed'
    expires_at: MaybeInstant
    renew_at: MaybeInstant
    created_at: Now
  }
  consent_requests: {
    id: Generated<string>
    secret_hash: Buffer
    tenant_id: string
    person_id: string
    permissions: Json<string[]>
    catch_up: 'all' | 'none'
    state_hash: Buffer | null
    expires_at: Instant
    used_at: MaybeInstant
  }
  leases: { name: string; holder: string; until: Instant }
  inbox_messages: {
    connection_id: string
    message_id: string
    tenant_id: string
    state: 'queued' | 'treated' | 'absent' | 'parked'
    source: 'notification' | 'catch-up'
    seen_at: Now
    treated_at: MaybeInstant
    due_at: Now
    claim: string | null
    attempt: Generated<number>
    misses: Generated<number>
    lapses: Generated<number>
    again: Generated<boolean>
    suspect: Generated<boolean>
    alone: Generated<boolean>
    deaths: Generated<number>
    worker: number | null
  }
  cooldowns: {
    service: 'entra' | 'vault' | 'graph' | 'mail'
    scope: string
    parent: string | null
    connection_id: string | null
    until: Instant
    failures: Generated<number>
    failed_at: MaybeInstant
    succeeded_at: MaybeInstant
  }
  suspect_jobs: {
    id: Generated<string>
    queue: string
    data: Json<Record<string, unknown>>
    attempt: number
    group_id: string | null
    due_at: Now
    claim: string | null
    alone: Generated<boolean>
    deaths: Generated<number>
    lapses: Generated<number>
    worker: number | null
  }
  workers: { number: number; since: Now }
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
  boards: {
    id: Generated<string>
    tenant_id: string
    person_id: string | null
    name: string
    visibility: 'private' | 'tenant'
    groups: ColumnType<{ id: string; title: string }[], string, string>
    columns: ColumnType<{ id: string; title: string; type: string; labels?: string[]; locale?: string }[], string, string>
    version: Generated<number>
    created_at: Now
  }
  items: {
    id: Generated<string>
    tenant_id: string
    board_id: string
    group_id: string
    name: string
    columns: ColumnType<Record<string, unknown>, string, string>
    created_by: string | null
    source_message_id: string | null
    source_recipe_id: string | null
    source_run_id: string | null
    find_keys: ColumnType<Record<string, string> | null, string | undefined, string>
    left_out: ColumnType<unknown, string | undefined, string>
    version: Generated<number>
    created_at: Now
  }
  message_links: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    item_id: string
    message_id: string
    conversation_id: string | null
    internet_message_id: string | null
    created_at: Now
  }
  updates: {
    id: Generated<string>
    tenant_id: string
    item_id: string
    body: string
    body_text: string
    created_by: string | null
    source_run_id: string | null
    created_at: Now
  }
  files: {
    id: Generated<string>
    tenant_id: string
    update_id: string
    run_id: string | null
    message_id: string | null
    attachment_id: string | null
    name: string
    content_type: string
    size: ColumnType<string, number, number>
    state: 'pending' | 'stored' | 'left-out'
    left_out_because: string | null
    created_at: Now
  }
  file_chunks: { file_id: string; ordinal: number; bytes: Buffer }
  file_tickets: { secret_hash: Buffer; file_id: string; expires_at: Instant; person_id: string | null }
  runs: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    recipe_id: string | null
    recipe_key: string
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
  }
  access_chains: {
    id: string
    connection_id: string
    tenant_id: string
    person_id: string
    key_id: string
    ended: Generated<boolean>
    seq: Generated<number>
    head: string
    last_at: Now
    tail_seq: Generated<number>
    fold_before: string | null
    foldable: Generated<boolean>
    kept_seq: Generated<number>
    kept_head: string
    state_mac: string | null
    sealed: string | null
    ended_at: MaybeInstant
  }
  access_log: {
    id: Generated<string>
    chain_id: string
    seq: number
    tenant_id: string
    person_id: string
    at: Instant
    what: MailboxCall['what']
    fields: string[]
    purpose: MailboxCall['purpose']['kind']
    recipe_ids: string[]
    message_id: string | null
    count: Generated<number>
    until: MaybeInstant
    head: string
    status: number | null
    finished_at: MaybeInstant
    end_seq: number | null
    end_head: string | null
  }
  board_visits: {
    id: Generated<string>
    tenant_id: string
    person_id: string
    board_id: string
    board_name: string
    visitor_id: string | null
    what: BoardVisit['what']
    at: Now
  }
  message_digests: { recipe_id: string; digest: Buffer; tenant_id: string; person_id: string; message_id: string }
  receipts: { id: Generated<string>; kind: Receipt['kind']; parts: Json<Receipt['parts']>; requested_at: Now; finished_at: MaybeInstant }
}
