// Before anything is served: that the database keeps people apart is tried, not believed. A row of somebody in another
// tenant is written, looked for as somebody else, and taken back.
import { randomUUID } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { Database, Schema } from '../database/schema.ts'
import { takeOn } from './unit-of-work.ts'

/** Throws where a row of another tenant is seen, or where a table of people's rows has no such guard. */
export async function proveIsolation(db: Database): Promise<void> {
  const open = await unguardedTables(db)
  if (open.length > 0) throw notIsolated(`No row-level security is forced on ${open.join(', ')}.`)
  const [ours, theirs] = [randomUUID(), randomUUID()]
  const seen = await rolledBack(db, async (trx) => {
    await trx.insertInto('people').values({ id: ours, tenant_id: ours, object_id: ours, display_name: 'probe' }).execute()
    const seenBy = async (tenantId: string) => {
      await takeOn(trx, { role: 'mailboard_app', tenantId, personId: randomUUID(), administers: '' })
      return (await trx.selectFrom('people').select('id').where('id', '=', ours).execute()).length
    }
    return { byThem: await seenBy(theirs), byUs: await seenBy(ours) }
  })
  if (seen.byThem > 0) throw notIsolated('A row of one tenant is seen by another.')
  if (seen.byUs !== 1) throw notIsolated('A tenant does not see its own rows.')
}

const notIsolated = (what: string) =>
  new Error(`The database does not keep tenants apart, and nothing is served from it. ${what} See docs/self-hosting.md.`)

async function unguardedTables(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
      and exists (select from pg_attribute where attrelid = pg_class.oid and attname in ('tenant_id', 'person_id') and not attisdropped)
    order by relname`.execute(db)
  return rows.map(({ name }) => name)
}

async function rolledBack<Result>(db: Database, work: (trx: Transaction<Schema>) => Promise<Result>): Promise<Result> {
  const trx = await db.startTransaction().execute()
  try {
    return await work(trx)
  } finally {
    await trx.rollback().execute()
  }
}
