// Before it serves, the server tests that the database separates people. It writes a person's row to every table, looks for it as
// a person of another tenant and as a colleague, and rolls it back. No table may lack row-level security or have a policy that is not
// ours.
import { randomUUID } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { Database, Schema } from '../database/schema.ts'
import { guardedTables, probeRows, type Seen } from './isolation-probe.ts'
import { takeOn } from './unit-of-work.ts'

/** Throws if another person's row is visible, or if a table has no row-level security. Nothing is ever committed. */
export async function proveIsolation(db: Database): Promise<void> {
  const faults = [...(await unguarded(db)), ...(await strangePolicies(db)), ...(await strangeRoles(db))]
  if (faults.length === 0) faults.push(...(await probe(db)))
  if (faults.length === 0) return
  throw new Error(`The database does not keep tenants apart, and nothing is served from it. ${faults.join(' ')} See docs/self-hosting.md.`)
}

const migrationTables = ['kysely_migration', 'kysely_migration_lock']

async function unguarded(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
      and relname <> all (${migrationTables})
    order by relname`.execute(db)
  return rows.length === 0 ? [] : [`No row-level security is forced on ${rows.map(({ name }) => name).join(', ')}.`]
}

/** Checks names, commands and roles; the probe tests the conditions, which versions of PostgreSQL print differently. */
async function strangePolicies(db: Database): Promise<string[]> {
  const { rows } = await sql<{ policy: string }>`
    select concat_ws(' ', policyname, 'on', tablename, lower(permissive), lower(cmd), array_to_string(roles, ', ')) as policy
    from pg_policies where schemaname = current_schema()`.execute(db)
  const ours = new Set(
    Object.entries(guardedTables).flatMap(([table, { app, system }]) => [
      ...(app ? [`of_person on ${table} permissive all mailboard_app`] : []),
      ...(system ? [`of_system on ${table} permissive all mailboard_system`] : []),
    ]),
  )
  const present = new Set(rows.map(({ policy }) => policy))
  const strange = [...present].filter((policy) => !ours.has(policy))
  const missing = [...ours].filter((policy) => !present.has(policy))
  return [
    ...(strange.length === 0 ? [] : [`There are policies that Mailboard has not made: ${strange.join('; ')}.`]),
    ...(missing.length === 0 ? [] : [`There are policies missing: ${missing.join('; ')}.`]),
  ]
}

async function strangeRoles(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select rolname as name from pg_roles
    where rolname in ('mailboard_app', 'mailboard_system') and (rolsuper or rolbypassrls)
      or rolname = 'mailboard_app' and pg_has_role(oid, 'mailboard_system', 'member')
    order by rolname`.execute(db)
  return rows.length === 0 ? [] : [`Row-level security does not hold for ${rows.map(({ name }) => name).join(', ')}.`]
}

async function probe(db: Database): Promise<string[]> {
  const tenantId = randomUUID()
  const person = { tenantId, personId: randomUUID() }
  return rolledBack(db, async (trx) => {
    await sql`select set_config('mailboard.tenant', ${tenantId}, true), set_config('mailboard.person', ${person.personId}, true)`.execute(
      trx,
    )
    const rows = probeRows(person)
    for (const { table, row } of rows) await insert(trx, table, row)
    const counts = async (actor: { tenantId: string; personId: string }, administers: '' | 'yes') => {
      await takeOn(trx, { role: 'mailboard_app', ...actor, administers })
      const looks = rows.filter(({ seen }) => seen !== 'nobody')
      const counted = await sql<{ table: string; seen: Seen; count: number }>`${sql.join(
        looks.map(({ table, seen, row }) => {
          const [column = '', value] = Object.entries(row)[0] ?? []
          return sql`select ${sql.lit(table)}::text as table, ${sql.lit(seen)}::text as seen, count(*)::int as count
            from ${sql.table(table)} where ${sql.ref(column)} = ${value}`
        }),
        sql` union all `,
      )}`.execute(trx)
      return counted.rows
    }
    const named = (tables: { table: string }[]) => [...new Set(tables.map(({ table }) => table))].join(', ')
    const foreign = (await counts({ tenantId: randomUUID(), personId: randomUUID() }, 'yes')).filter(({ count }) => count > 0)
    const nobody = (await counts({ tenantId: '', personId: '' }, '')).filter(({ count }) => count > 0)
    const colleague = (await counts({ tenantId, personId: randomUUID() }, '')).filter(({ seen, count }) => seen === 'owner' && count > 0)
    const own = (await counts(person, '')).filter(({ count }) => count !== 1)
    return [
      ...(foreign.length + nobody.length === 0 ? [] : [`Rows of one tenant are seen by another: ${named([...foreign, ...nobody])}.`]),
      ...(colleague.length === 0 ? [] : [`Rows of one person are seen by a colleague: ${named(colleague)}.`]),
      ...(own.length === 0 ? [] : [`People do not see their own rows: ${named(own)}.`]),
    ]
  })
}

/** A trigger may have added the row already, together with another one. */
const insert = (trx: Transaction<Schema>, table: string, row: Record<string, unknown>) =>
  sql`insert into ${sql.table(table)} (${sql.join(Object.keys(row).map((name) => sql.ref(name)))})
    values (${sql.join(Object.values(row))}) on conflict do nothing`.execute(trx)

async function rolledBack<Result>(db: Database, work: (trx: Transaction<Schema>) => Promise<Result>): Promise<Result> {
  const trx = await db.startTransaction().execute()
  try {
    return await work(trx)
  } finally {
    await trx.rollback().execute()
  }
}
