// Whatever is done for a user happens in one transaction that says so to the database first.
import { sql, type Transaction } from 'kysely'
import type { Database, Schema } from '../database/schema.ts'

export type Actor = { tenantId: string; personId: string }

export function asPerson<Result>(db: Database, { tenantId, personId }: Actor, work: (trx: Transaction<Schema>) => Promise<Result>) {
  return inContext(db, tenantId, personId, work)
}

/** For intake and queue, which act for nobody in particular. */
export function asSystem<Result>(db: Database, work: (trx: Transaction<Schema>) => Promise<Result>) {
  return inContext(db, '', '', work)
}

function inContext<Result>(db: Database, tenant: string, person: string, work: (trx: Transaction<Schema>) => Promise<Result>) {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('mailboard.tenant', ${tenant}, true), set_config('mailboard.person', ${person}, true)`.execute(trx)
    return work(trx)
  })
}
