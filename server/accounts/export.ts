// All that is kept of one person, told to them: their own rows, what they have written on boards, and the items of their boards,
// whoever made them. What others have said and attached there is those others' own, and is in their exports; of an item of theirs
// nothing is told that says who they are, or which mail or recipe of theirs it came from.
// It leaves piece by piece: some rows at a time, each in a transaction of its own, and no more at once than its reader takes.
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { type KeptLease, tryLease } from '../database/leases.ts'
import type { Database } from '../database/schema.ts'
import { withinBytes } from '../database/within-bytes.ts'
import { type Actor, asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'

/** `close` lets go of it, also where not all of it was read. */
export type Export = { pieces: AsyncGenerator<string>; close: () => Promise<void> }

/** It outlasts the longest silence of a reader (see api/streamed.ts), and is kept while pieces leave. */
const leaseSeconds = 90
const askAgainSeconds = 30

/** One at a time a person, over all processes. */
export async function openExport(db: Database, person: Actor): Promise<Export> {
  const lease = await tryLease(db, `export:${person.personId}`, leaseSeconds)
  if (lease === undefined)
    throw new Problem('too-many-requests', 'You already have an export in progress. Wait until it has ended.', {
      retryAfterSeconds: askAgainSeconds,
    })
  return { pieces: exportOf(db, person, lease.keep), close: lease.release }
}

/** As the tables hold it, but for the keys under which Vault keeps tokens, hashes of secrets, and digests that say nothing. */
export async function* exportOf(db: Database, person: Actor, keep: KeptLease['keep']): AsyncGenerator<string> {
  yield `{"exportedAt":${JSON.stringify(new Date().toISOString())},"tables":{`
  for (const [at, table] of Object.keys(ofPerson).entries()) {
    yield `${at === 0 ? '' : ','}${JSON.stringify(table)}:[`
    yield* rowsOf(db, person, table, keep)
    yield ']'
  }
  // Whoever was erased meanwhile had rows no longer: what was told of them is not all, and must not look as if it were.
  if (!(await isThere(db, person))) throw new Error('The person of an export was erased while it went on')
  yield '},"truncated":{}}'
}

async function* rowsOf(db: Database, person: Actor, table: string, keep: KeptLease['keep']): AsyncGenerator<string> {
  let after: string[] | undefined
  for (let separator = ''; ; separator = ',') {
    await keep()
    const rows = await someRows(db, person, table, after)
    const last = rows.at(-1)
    if (last === undefined) return
    if (table === 'files') {
      for (const [at, { row }] of rows.entries()) yield* fileOf(db, person, at === 0 ? separator : ',', row, keep)
    } else yield separator + rows.map(({ row }) => row).join(',')
    after = last.key
  }
}

const mostRows = 200
const pieceBytes = 512 * 1024

type KeptRow = { row: string; key: string[] }

async function someRows(db: Database, person: Actor, table: string, after: string[] | undefined): Promise<KeptRow[]> {
  const part = ofPerson[table]
  if (part === undefined) return []
  const { where, shown = asKept, order = byId, find = order.map(([column]) => column), newestFirst = false } = part
  const columns = order.map(([column]) => sql.ref(column))
  const direction = newestFirst ? sql`desc` : sql`asc`
  const inOrder = sql`order by ${sql.join(columns.map((column) => sql`${column} ${direction}`))}`
  const bounds = after?.map((value, at) => sql`${value}::text::${sql.raw(order[at]?.[1] ?? 'text')}`)
  const isAfter = bounds && sql`and (${sql.join(columns)}) ${newestFirst ? sql`<` : sql`>`} (${sql.join(bounds)})`
  const needed = sql.join([...new Set([...order.map(([column]) => column), ...find])].map((column) => sql.ref(column)))
  const isSame = sql.join(
    find.map((column) => sql`kept.${sql.ref(column)} = candidate.${sql.ref(column)}`),
    sql` and `,
  )
  const rows = withinBytes({
    candidates: sql`
      select ${needed} from ${sql.table(table)} kept where ${where(person.personId)} ${isAfter ?? sql``} ${inOrder} limit ${mostRows}`,
    order: inOrder,
    content: sql`
      select made.row, octet_length(made.row) as bytes
      from (select (${shown(person.personId)} - ${secrets}::text[])::text as row from ${sql.table(table)} kept where ${isSame} offset 0) made`,
    mostBytes: pieceBytes,
  })
  const key = sql`array[${sql.join(columns.map((column) => sql`${column}::text`))}]`
  return asPerson(
    db,
    person,
    async (trx) => (await sql<KeptRow>`${rows} select row, ${key} as key from fitting order by place`.execute(trx)).rows,
  )
}

/** `content` in base64. */
async function* fileOf(db: Database, person: Actor, separator: string, row: string, keep: KeptLease['keep']): AsyncGenerator<string> {
  const { id, state } = fileShape.parse(JSON.parse(row))
  if (state !== 'stored') return yield separator + row
  yield `${separator}${row.slice(0, -1)},"content":"`
  // Three bytes are four letters: what is left of a part goes with the next one.
  let rest: Buffer = Buffer.alloc(0)
  for (let ordinal = 0; ; ordinal += 1) {
    await keep()
    const part = await partOf(db, person, id, ordinal)
    if (part === undefined) break
    const bytes = Buffer.concat([rest, part])
    const whole = bytes.length - (bytes.length % 3)
    yield bytes.toString('base64', 0, whole)
    rest = bytes.subarray(whole)
  }
  if (!(await isStored(db, person, id))) throw new Error('A file went while it was exported')
  yield `${rest.toString('base64')}"}`
}

const fileShape = z.object({ id: z.string(), state: z.string() })

const partOf = (db: Database, person: Actor, id: string, ordinal: number): Promise<Buffer | undefined> =>
  asPerson(db, person, async (trx) => {
    const parts = trx.selectFrom('file_chunks').select('bytes').where('file_id', '=', id)
    return (await parts.where('ordinal', '=', ordinal).executeTakeFirst())?.bytes
  })

const isStored = (db: Database, person: Actor, id: string): Promise<boolean> =>
  asPerson(db, person, async (trx) => (await trx.selectFrom('files').select('id').where('id', '=', id).executeTakeFirst()) !== undefined)

const isThere = (db: Database, person: Actor): Promise<boolean> =>
  asPerson(
    db,
    person,
    async (trx) => (await trx.selectFrom('people').select('id').where('id', '=', person.personId).executeTakeFirst()) !== undefined,
  )

const secrets = ['connection_key', 'client_state_hash', 'secret_hash', 'state_hash', 'digest']

type Part = {
  where: (person: string) => RawBuilder<unknown>
  shown?: (person: string) => RawBuilder<unknown>
  /** The columns by which its rows are in an order, with their types; no two rows are alike in all of them. */
  order?: readonly (readonly [column: string, type: string])[]
  /** The columns by which an index finds one, where those are others. */
  find?: readonly string[]
  newestFirst?: true
}

const byId = [['id', 'uuid']] as const
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
    order: [['tenant_id', 'uuid']],
  },
  connections: own,
  mailboxes: { ...own, order: [['connection_id', 'uuid']] },
  subscriptions: inTurn('connections', 'connection_id'),
  consent_requests: own,
  inbox_messages: {
    ...inTurn('connections', 'connection_id'),
    order: [
      ['connection_id', 'uuid'],
      ['message_id', 'text'],
    ],
  },
  recipes: own,
  runs: {
    ...own,
    order: [
      ['started_at', 'timestamptz'],
      ['id', 'uuid'],
    ],
    find: ['id'],
    newestFirst: true,
  },
  checks: {
    ...own,
    order: [
      ['checked_at', 'timestamptz'],
      ['id', 'uuid'],
    ],
    find: ['id'],
    newestFirst: true,
  },
  message_digests: {
    ...own,
    order: [
      ['recipe_id', 'uuid'],
      ['digest', 'bytea'],
    ],
  },
  actions: {
    ...inTurn('runs', 'run_id'),
    order: [
      ['run_id', 'uuid'],
      ['ordinal', 'integer'],
    ],
  },
  intents: {
    ...own,
    order: [
      ['run_id', 'uuid'],
      ['ordinal', 'integer'],
    ],
  },
  access_chains: own,
  access_log: {
    ...own,
    order: [
      ['at', 'timestamptz'],
      ['id', 'uuid'],
    ],
    find: ['chain_id', 'seq'],
    newestFirst: true,
  },
  message_links: { ...own, order: [['id', 'bigint']] },
  boards: own,
  known_boards: {
    ...own,
    order: [
      ['target', 'text'],
      ['board_id', 'text'],
    ],
    find: ['person_id', 'target', 'board_id'],
  },
  board_visits: own,
  items: {
    where: (person) => sql`(kept.created_by = ${person} or kept.board_id in (select id from boards where person_id = ${person}))`,
    shown: (person) => sql`case when kept.created_by = ${person} then to_jsonb(kept) else to_jsonb(kept) - ${othersWork}::text[] end`,
  },
  updates: { where: (person) => sql`kept.created_by = ${person}` },
  files: { where: (person) => sql`kept.update_id in (select id from updates where created_by = ${person})` },
}
