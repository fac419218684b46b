// The whole content of a database as text: every table of every schema, read by its superuser, so that no policy hides a row.
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'

type Query = (text: string) => Promise<Record<string, unknown>[]>

/** The server must have closed an embedded database. */
export async function dumpOf({ DATABASE_URL, DATA_DIR = '' }: Record<string, string>): Promise<string> {
  if (DATABASE_URL !== undefined) {
    const client = new pg.Client(DATABASE_URL)
    await client.connect()
    return dump(async (text) => (await client.query<Record<string, unknown>>(text)).rows).finally(() => client.end())
  }
  const pglite = await PGlite.create({ dataDir: join(DATA_DIR, 'database') })
  return dump(async (text) => (await pglite.query<Record<string, unknown>>(text)).rows).finally(() => pglite.close())
}

async function dump(query: Query): Promise<string> {
  const tables = await query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  )
  const parts: string[] = []
  for (const { name } of tables) {
    // Bytes that are text are shown as text, so that a secret in them is not hidden by its hexadecimal form.
    const rows = await query(`select t::text as row from ${String(name)} t`)
    parts.push(`-- ${String(name)}`, ...rows.map(({ row }) => withBytesAsText(String(row))))
  }
  return parts.join('\n')
}

const withBytesAsText = (row: string) =>
  `${row} ${[...row.matchAll(/\\x([0-9a-f]{2,})/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join(' ')}`
