// Mailboxes, what keeps them watched, and the work that waits. Their meaning stands in migrations/.
import type { ColumnType, Generated } from 'kysely'
import type { Instant, MaybeInstant, Now } from './column-types.ts'

type Reason = { code: string; params: Record<string, string> }

export type MailboxTables = {
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
    disconnect_at: MaybeInstant
  }
  mailboxes: {
    connection_id: string
    tenant_id: string
    person_id: string
    inbox_id: string | null
    addresses: ColumnType<string[], string | undefined, string>
    cursor: Now
    next_catchup_at: MaybeInstant
    catch_up_at: MaybeInstant
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
  leases: { name: string; holder: string; until: Instant }
  claims: {
    queue: string
    key: string
    group_id: string
    claim: string | null
    worker: number | null
    until: MaybeInstant
    attempt: Generated<number>
    suspect: Generated<boolean>
    alone: Generated<boolean>
    deaths: Generated<number>
    lapses: Generated<number>
  }
  workers: { number: number; since: Now }
}
