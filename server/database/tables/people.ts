// People, what they have consented to and asked for. Their meaning stands in migrations/.
import type { ColumnType, Generated } from 'kysely'
import type { Receipt } from '../../../contract/connection.ts'
import type { Instant, Json, MaybeInstant, Now } from './column-types.ts'

export type PeopleTables = {
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
  consent_requests: {
    id: Generated<string>
    secret_hash: Buffer
    tenant_id: string
    person_id: string
    permissions: Json<string[]>
    catch_up: 'all' | 'none'
    provider: ColumnType<'microsoft' | 'monday', 'microsoft' | 'monday' | undefined, never>
    state_hash: Buffer | null
    expires_at: Instant
    used_at: MaybeInstant
  }
  receipts: { id: Generated<string>; kind: Receipt['kind']; parts: Json<Receipt['parts']>; requested_at: Now; finished_at: MaybeInstant }
}
