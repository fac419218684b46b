// All that is kept of one person, told to them: their own rows, what they have written on boards, and the items of their boards,
// whoever made them. What others have said and attached there is those others' own, and is in their exports; of an item of theirs
// nothing is told that says who they are, or which mail or recipe of theirs it came from.
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Exported } from '../../contract/me.ts'
import type { Schema } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'

type Trx = Transaction<Schema>
type Row = Record<string, unknown>

/** As the tables hold it, but for what opens something: the keys under which Vault keeps tokens, and hashes of secrets. */
export async function exportOf(trx: Trx, { personId }: Actor): Promise<Exported> {
  const exported: Exported = { exportedAt: new Date().toISOString(), tables: {}, truncated: {} }
  for (const [table, { where, shown = asKept, newest }] of Object.entries(ofPerson)) {
    const { rows } = await sql<{ row: Row }>`
      select ${shown(personId)} - ${secrets}::text[] as row from ${sql.table(table)} kept where ${where(personId)}
      ${newest ? sql`order by ${sql.ref(`kept.${newest.by}`)} desc, kept.id desc limit ${mostNewest + 1}` : sql``}`.execute(trx)
    if (newest && rows.length > mostNewest) exported.truncated[table] = newest.route
    exported.tables[table] = rows.slice(0, newest ? mostNewest : rows.length).map(({ row }) => row)
  }
  exported.tables['files'] = await withContents(trx, exported.tables['files'] ?? [])
  return exported
}

const secrets = ['connection_key', 'client_state_hash', 'secret_hash', 'state_hash']

/** What grows with every mail is held in memory as well: so many rows of it, and the route that gives all of them page by page. */
export const mostNewest = 10_000

type Part = {
  where: (person: string) => RawBuilder<unknown>
  shown?: (person: string) => RawBuilder<unknown>
  newest?: { by: string; route: string }
}

const asKept = () => sql`to_jsonb(kept)`
const own: Part = { where: (person) => sql`kept.person_id = ${person}` }
const inTurn = (table: string, column: string): Part => ({
  where: (person) => sql`kept.${sql.ref(column)} in (select id from ${sql.table(table)} where person_id = ${person})`,
})
const objectId = (person: string) => sql`(select object_id::text from people where id = ${person})`

const othersWork = ['created_by', 'source_message_id', 'source_recipe_id', 'source_run_id']

/** Row-level security has the last word: what a person may not see is not told either. */
const ofPerson: Record<string, Part> = {
  people: { where: (person) => sql`kept.id = ${person}` },
  // That they are on the list; who else is, is not theirs to know.
  policies: {
    where: (person) =>
      sql`jsonb_typeof(kept.create_recipes) = 'array' and strpos(lower(kept.create_recipes::text), ${objectId(person)}) > 0`,
    shown: (person) => sql`to_jsonb(kept) || jsonb_build_object('create_recipes', jsonb_build_array(${objectId(person)}))`,
  },
  connections: own,
  subscriptions: inTurn('connections', 'connection_id'),
  consent_requests: own,
  inbox_messages: inTurn('connections', 'connection_id'),
  recipes: own,
  runs: { ...own, newest: { by: 'started_at', route: 'GET /api/runs' } },
  actions: {
    where: (person) =>
      sql`kept.run_id in (select id from runs where person_id = ${person} order by started_at desc, id desc limit ${mostNewest})`,
  },
  access_chains: own,
  access_log: { ...own, newest: { by: 'at', route: 'GET /api/access-log' } },
  message_links: own,
  boards: own,
  board_visits: own,
  items: {
    where: (person) => sql`(kept.created_by = ${person} or kept.board_id in (select id from boards where person_id = ${person}))`,
    shown: (person) => sql`case when kept.created_by = ${person} then to_jsonb(kept) else to_jsonb(kept) - ${othersWork}::text[] end`,
  },
  updates: { where: (person) => sql`kept.created_by = ${person}` },
  files: { where: (person) => sql`kept.update_id in (select id from updates where created_by = ${person})` },
}

/** What an export holds of contents. The rest is fetched file by file: an answer is held in memory, and may not be endless. */
const mostContent = 16 * 1024 * 1024

/** `content` in base64; where all of them would be too much, `contentAt` says which route gives an address for it. */
async function withContents(trx: Trx, files: Row[]): Promise<Row[]> {
  const contents: Row[] = []
  let left = mostContent
  for (const file of files) {
    const { id, size, state } = file
    if (typeof id !== 'string' || state !== 'stored') {
      contents.push(file)
    } else if (Number(size) > left) {
      contents.push({ ...file, contentAt: `POST /api/files/${id}/ticket` })
    } else {
      left -= Number(size)
      const parts = await trx.selectFrom('file_chunks').select('bytes').where('file_id', '=', id).orderBy('ordinal').execute()
      contents.push({ ...file, content: Buffer.concat(parts.map(({ bytes }) => bytes)).toString('base64') })
    }
  }
  return contents
}
