// Everything that is done for a user happens in a transaction that first names the user to the database and takes on a role that
// sees no more than this user may (see database/migrations/0003-row-level-security.ts).
import { CompiledQuery, type Transaction } from 'kysely'
import type { Database, Db, Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'

export type Actor = { tenantId: string; personId: string }

/** `administers` gives access to boards of the tenant that are not shared with the actor. */
export function asPerson<Result>(
  db: Database,
  { tenantId, personId, administers = false }: Actor & { administers?: boolean },
  work: (trx: Transaction<Schema>) => Promise<Result>,
) {
  return inContext(db, { role: 'mailboard_app', tenantId, personId, administers: administers ? 'yes' : '' }, work)
}

/** For intake and queue, which act for no single person. They have no access to boards. */
export function asSystem<Result>(db: Database, work: (trx: Transaction<Schema>) => Promise<Result>) {
  return inContext(db, { role: 'mailboard_system', tenantId: '', personId: '', administers: '' }, work)
}

type Context = { role: 'mailboard_app' | 'mailboard_system'; tenantId: string; personId: string; administers: string }

function inContext<Result>(db: Database, context: Context, work: (trx: Transaction<Schema>) => Promise<Result>) {
  return db.transaction().execute(async (trx) => {
    await takeOn(trx, context)
    return work(trx)
  })
}

const takingOn = `select set_config('mailboard.tenant', $1, true), set_config('mailboard.person', $2, true),
  set_config('mailboard.administers', $3, true), set_config('role', $4, true)`

/** Within a transaction: does what `set local role` does, in the statement that is sent anyway. The end of the transaction resets it. */
export async function takeOn(trx: Db, { role, tenantId, personId, administers }: Context): Promise<void> {
  await sendAhead(trx, CompiledQuery.raw(takingOn, [tenantId, personId, administers, role]))
}
