// The people whom Microsoft told that only an administrator may consent. It applies to one person: in the same organization, an
// administrator or a member of a group with other rules may be allowed to do what a colleague is not. It ends when an exchange succeeds.
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'

/** Written by the system: people may read their own row, but not write it. */
export async function noteApprovalRequired(db: Db, { personId }: Pick<Actor, 'personId'>): Promise<void> {
  await db
    .updateTable('people')
    .set({ approval_required_at: sql<Date>`now()` })
    .where('id', '=', personId)
    .where('approval_required_at', 'is', null)
    .execute()
}

export async function forgetApprovalRequired(db: Db, { personId }: Pick<Actor, 'personId'>): Promise<void> {
  await db
    .updateTable('people')
    .set({ approval_required_at: null })
    .where('id', '=', personId)
    .where('approval_required_at', 'is not', null)
    .execute()
}

export async function isApprovalRequired(db: Db, { personId }: Pick<Actor, 'personId'>): Promise<boolean> {
  const query = db.selectFrom('people').select('id').where('id', '=', personId).where('approval_required_at', 'is not', null)
  return (await query.executeTakeFirst()) !== undefined
}

/** Whether anyone in this organization was told so. */
export async function isApprovalRequiredIn(db: Db, { tenantId }: Pick<Actor, 'tenantId'>): Promise<boolean> {
  const query = db.selectFrom('people').select('id').where('tenant_id', '=', tenantId).where('approval_required_at', 'is not', null)
  return (await query.limit(1).executeTakeFirst()) !== undefined
}
