// The access log. Their meaning stands in migrations/.
import type { Generated } from 'kysely'
import type { MailboxCall } from '../../../contract/access-log.ts'
import type { Instant, MaybeInstant, Now } from './column-types.ts'

export type AccessLogTables = {
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
}
