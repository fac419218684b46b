// Every table that there is, found in the database itself: one without a rule here fails.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomInt, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../../server/database/schema.ts'
import { suspectFromStart } from '../../../server/jobs/claim-store.ts'
import { proveIsolation } from '../../../server/people/isolation.ts'
import type { Person } from '../../../server/people/person.ts'
import { asPerson, asSystem } from '../../../server/people/unit-of-work.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'

/** What a person may read of a table: their own rows, those of their tenant too, or nothing at all. */
const readable = {
  people: 'tenant',
  policies: 'tenant',
  connections: 'own',
  mailboxes: 'own',
  subscriptions: 'own',
  consent_requests: 'own',
  inbox_messages: 'own',
  recipes: 'own',
  boards: 'own',
  items: 'own',
  message_links: 'own',
  updates: 'own',
  files: 'own',
  file_chunks: 'own',
  file_tickets: 'own',
  runs: 'own',
  checks: 'own',
  actions: 'own',
  intents: 'own',
  known_boards: 'own',
  message_digests: 'own',
  access_chains: 'own',
  access_log: 'own',
  board_visits: 'own',
  leases: 'nothing',
  receipts: 'nothing',
  erased_sign_ins: 'nothing',
  claims: 'nothing',
  suspect_jobs: 'nothing',
  cooldowns: 'nothing',
  workers: 'nothing',
  kysely_migration: 'nothing',
  kysely_migration_lock: 'nothing',
} as const

type Table = keyof typeof readable

/** How many rows of each table one person has here. */
const rowsEach = 1

describe.each(databases)('on %s', (kind) => {
  let peopled: Peopled
  let db: Database

  beforeAll(async () => {
    peopled = await openPeopled(kind)
    db = peopled.database.db
    for (const person of [peopled.ann, peopled.ben, peopled.eve]) await fill(db, person)
    await db.insertInto('policies').values([peopled.ann, peopled.eve].map(policyOf)).execute()
  })
  afterAll(async () => {
    await peopled.close()
  })

  const tables = async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = current_schema() order by 1`.execute(db)
    return rows.map(({ name }) => name)
  }
  const countOf = (table: string) => sql<{ count: number }>`select count(*)::int as count from ${sql.table(table)}`

  test('there is a rule for every table, and the rows to try it on', async () => {
    expect((await tables()).toSorted()).toEqual(Object.keys(readable).toSorted())
    for (const [table, rule] of Object.entries(readable)) {
      const { count } = (await countOf(table).execute(db)).rows[0]!
      if (rule === 'own') expect({ table, count }).toEqual({ table, count: 3 * rowsEach })
      else expect({ table, some: count > 0 }).toEqual({ table, some: true })
    }
  })

  test('row-level security is forced on every table of ours', async () => {
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
      order by 1`.execute(db)
    expect(rows.map(({ name }) => name)).toEqual(['kysely_migration', 'kysely_migration_lock'])
  })

  test.each(Object.entries(readable))('of %s a person sees: %s', async (table, rule) => {
    const asks = (person: Person) => asPerson(db, person, async (trx) => (await countOf(table).execute(trx)).rows[0]!.count)
    if (rule === 'nothing') {
      await expect(asks(peopled.ann)).rejects.toThrow('permission denied')
      return
    }
    const ofTenant: Record<'own' | 'tenant', number> = { own: 1, tenant: table === 'people' ? 2 : 1 }
    expect(await asks(peopled.ann)).toBe(ofTenant[rule])
    expect(await asks(peopled.eve)).toBe(1)
    expect(await asks({ ...peopled.ann, tenantId: randomUUID(), personId: randomUUID() })).toBe(0)
    // Whoever names nobody sees nothing; who names a person of another tenant gains nothing by it.
    expect(await asks({ ...peopled.ann, tenantId: '', personId: '' })).toBe(0)
    if (rule === 'own') expect(await asks({ ...peopled.ann, tenantId: peopled.eve.tenantId })).toBe(0)
  })

  test('rows of others are neither changed nor removed, and none is written in their name', async () => {
    const asAnn = <Result>(work: Parameters<typeof asPerson<Result>>[2]) => asPerson(db, peopled.ann, work)
    for (const table of ['recipes', 'runs', 'connections', 'message_links'] as const) {
      const ofEve = await asAnn((trx) => trx.deleteFrom(table).where('person_id', '=', peopled.eve.personId).executeTakeFirst())
      expect(ofEve.numDeletedRows).toBe(0n)
    }
    const changed = await asAnn((trx) => trx.updateTable('boards').set({ name: 'Taken' }).where('name', '<>', 'Ann').executeTakeFirst())
    expect(changed.numUpdatedRows).toBe(0n)
    await expect(asAnn((trx) => trx.insertInto('boards').values(boardOf(peopled.eve)).execute())).rejects.toThrow('row-level security')
    await expect(
      asAnn((trx) =>
        trx
          .insertInto('policies')
          .values(policyOf({ tenantId: randomUUID() }))
          .execute(),
      ),
    ).rejects.toThrow('row-level security')
  })

  test('no row names another tenant than its writer, in any table', async () => {
    const { rows: withTenant } = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      where table_schema = current_schema() and column_name = 'tenant_id' order by 1`.execute(db)
    expect(withTenant.length).toBeGreaterThan(14)
    for (const { name } of withTenant) {
      const moved = asPerson(db, peopled.ann, (trx) =>
        sql`update ${sql.table(name)} set tenant_id = ${peopled.eve.tenantId} where tenant_id = ${peopled.ann.tenantId}`.execute(trx),
      )
      await expect(moved).rejects.toThrow(/row-level security|permission denied/)
    }
    const board = await asPerson(db, peopled.ann, (trx) => trx.selectFrom('boards').select('id').executeTakeFirstOrThrow())
    const planted = { ...itemOn(peopled.ann, board.id), tenant_id: peopled.eve.tenantId }
    await expect(asPerson(db, peopled.ann, (trx) => trx.insertInto('items').values(planted).execute())).rejects.toThrow(
      'row-level security',
    )
  })

  test('a shared board is seen by the tenant with what is on it, and by no other', async () => {
    const { id } = await db
      .insertInto('boards')
      .values({ ...boardOf(peopled.ann), visibility: 'tenant' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const [item] = await db.insertInto('items').values(itemOn(peopled.ann, id)).returning('id').execute()
    const sees = (person: Person) =>
      asPerson(db, person, (trx) => trx.selectFrom('items').select('id').where('board_id', '=', id).execute())
    expect(await sees(peopled.ben)).toEqual([item])
    expect(await sees(peopled.eve)).toEqual([])
    await db.deleteFrom('boards').where('id', '=', id).execute()
  })

  test('an administrator opens the boards of the tenant, and of no other', async () => {
    const names = await asPerson(db, { ...peopled.ben, administers: true }, (trx) => trx.selectFrom('boards').select('name').execute())
    expect(names.map(({ name }) => name).toSorted()).toEqual(['Ann', 'Ben'])
  })

  test('intake and queue do not reach what stands on boards', async () => {
    for (const table of ['boards', 'message_links', 'policies'] as const)
      await expect(asSystem(db, (trx) => countOf(table).execute(trx))).rejects.toThrow('permission denied')
    // For an erasure: whose they are, and nothing of what they say.
    for (const column of ['name', 'columns', 'board_id', 'source_message_id'] as const)
      await expect(asSystem(db, (trx) => trx.selectFrom('items').select(column).execute())).rejects.toThrow('permission denied')
    for (const column of ['body', 'body_text', 'item_id'] as const)
      await expect(asSystem(db, (trx) => trx.selectFrom('updates').select(column).execute())).rejects.toThrow('permission denied')
    await expect(asSystem(db, (trx) => trx.updateTable('items').set({ name: 'Taken' }).execute())).rejects.toThrow('permission denied')
    await expect(asSystem(db, (trx) => trx.deleteFrom('items').execute())).rejects.toThrow('permission denied')
    expect((await asSystem(db, (trx) => countOf('runs').execute(trx))).rows).toEqual([{ count: 3 }])
  })

  test('a person may call a run of theirs a suspect, and learns of no claim', async () => {
    const run = { key: randomUUID(), group: randomUUID() }
    await asPerson(db, peopled.ann, (trx) => suspectFromStart(trx, 'run', run))
    await asPerson(db, peopled.ann, (trx) => suspectFromStart(trx, 'run', run))
    await expect(asPerson(db, peopled.ann, (trx) => sql`update claims set suspect = false`.execute(trx))).rejects.toThrow(
      'permission denied',
    )
    await expect(asPerson(db, peopled.ann, (trx) => sql`delete from claims`.execute(trx))).rejects.toThrow('permission denied')
    await asSystem(db, (trx) => sql`delete from claims where key = ${run.key}`.execute(trx))
  })

  test('the probe at the start passes here, and finds a table that is open', async () => {
    const people = () => db.selectFrom('people').select('id').execute()
    const before = await people()
    // By the processor's time: what else the machine does meanwhile is not the probe's.
    const used = process.cpuUsage()
    await proveIsolation(db)
    const { user, system } = process.cpuUsage(used)
    expect((user + system) / 1000).toBeLessThan(1000)
    expect(await people()).toEqual(before)
    for (const [open, close, fault] of openings(await conditions(db))) {
      await sql.raw(open).execute(db)
      await expect(proveIsolation(db)).rejects.toThrow(fault)
      await sql.raw(close).execute(db)
      await proveIsolation(db)
    }
  })
})

/** How each table's rule for people reads, so that it can be put back. */
async function conditions(db: Database): Promise<Map<string, string>> {
  const { rows } = await sql<{ table: string; qual: string }>`
    select tablename as table, qual from pg_policies where schemaname = current_schema() and policyname = 'of_person'`.execute(db)
  return new Map(rows.map(({ table, qual }) => [table, qual]))
}

const restOf = [
  'people',
  'policies',
  'connections',
  'mailboxes',
  'recipes',
  'message_links',
  'access_log',
  'file_tickets',
  'actions',
  'inbox_messages',
]

/** What somebody might do to the database, how it is undone, and what the start says of it. */
function openings(asMade: Map<string, string>): [open: string, close: string, fault: string][] {
  const altered = (table: string, condition: string, fault: string): [string, string, string] => [
    `alter policy of_person on ${table} using (${condition})`,
    `alter policy of_person on ${table} using (${asMade.get(table)})`,
    fault,
  ]
  return [
    [
      'alter table runs no force row level security',
      'alter table runs force row level security',
      'No row-level security is forced on runs.',
    ],
    [
      'alter table file_chunks disable row level security',
      'alter table file_chunks enable row level security',
      'No row-level security is forced on file_chunks.',
    ],
    ['create policy evil on items using (true)', 'drop policy evil on items', 'evil on items permissive all public'],
    [
      'create policy evil on connections to mailboard_app using (true)',
      'drop policy evil on connections',
      'evil on connections permissive all mailboard_app',
    ],
    ['create table kept_aside (id int)', 'drop table kept_aside', 'No row-level security is forced on kept_aside.'],
    [
      'alter policy of_system on runs to public',
      'alter policy of_system on runs to mailboard_system',
      'of_system on runs permissive all public',
    ],
    altered('items', 'true', 'Rows of one tenant are seen by another: items. Rows of one person are seen by a colleague: items, updates, '),
    altered('runs', 'true', 'Rows of one tenant are seen by another: runs. Rows of one person are seen by a colleague: runs, actions.'),
    ...restOf.map((table) => altered(table, 'true', `Rows of one tenant are seen by another: `)),
    altered('boards', "visibility = 'tenant'", 'Rows of one tenant are seen by another: boards. '),
    altered(
      'connections',
      "tenant_id = nullif(current_setting('mailboard.tenant', true), '')::uuid",
      'Rows of one person are seen by a colleague: connections, subscriptions, inbox_messages.',
    ),
    altered('recipes', 'false', 'People do not see their own rows: recipes.'),
  ]
}

const policyOf = ({ tenantId }: { tenantId: string }) => ({ tenant_id: tenantId, create_recipes: '"everyone"' })

const boardOf = ({ tenantId, personId, displayName }: Person) => ({
  tenant_id: tenantId,
  person_id: personId,
  name: displayName,
  visibility: 'private' as const,
  groups: '[]',
  columns: '[]',
})

const itemOn = ({ tenantId, personId }: Person, boardId: string) => ({
  tenant_id: tenantId,
  board_id: boardId,
  group_id: 'g',
  name: 'x',
  columns: '{}',
  created_by: personId,
})

/** One row in each table. */
async function fill(db: Database, person: Person): Promise<void> {
  const own = { tenant_id: person.tenantId, person_id: person.personId }
  const tenant = { tenant_id: person.tenantId }
  const later = new Date(Date.now() + 3_600_000)
  const ids = {
    connection: randomUUID(),
    board: randomUUID(),
    item: randomUUID(),
    update: randomUUID(),
    file: randomUUID(),
    run: randomUUID(),
    recipe: randomUUID(),
  }
  const bytes = () => Buffer.from(randomUUID())
  const rows: [Exclude<Table, 'people' | 'policies' | 'kysely_migration' | 'kysely_migration_lock'>, object][] = [
    ['connections', { ...own, id: ids.connection, provider: 'microsoft', status: 'active', connection_key: randomUUID() }],
    ['mailboxes', { ...own, connection_id: ids.connection }],
    ['subscriptions', { ...tenant, connection_id: ids.connection, client_state_hash: bytes(), state: 'pending' }],
    ['consent_requests', { ...own, secret_hash: bytes(), permissions: '[]', catch_up: 'all', expires_at: later }],
    ['leases', { name: randomUUID(), holder: randomUUID(), until: later }],
    ['inbox_messages', { ...tenant, connection_id: ids.connection, message_id: 'm', state: 'treated', source: 'notification' }],
    ['recipes', { ...own, id: ids.recipe, name: 'r', enabled: false, trigger_kind: 'mail-received', body: '{}' }],
    ['boards', { ...boardOf(person), id: ids.board }],
    ['items', { ...itemOn(person, ids.board), id: ids.item }],
    ['message_links', { ...own, item_id: ids.item, message_id: 'm' }],
    ['updates', { ...tenant, id: ids.update, item_id: ids.item, body: '', body_text: '' }],
    ['files', { ...tenant, id: ids.file, update_id: ids.update, name: 'f', content_type: 'text/plain', size: 1, state: 'stored' }],
    ['file_chunks', { file_id: ids.file, ordinal: 0, bytes: bytes() }],
    ['file_tickets', { secret_hash: bytes(), file_id: ids.file, expires_at: later }],
    ['runs', { ...own, id: ids.run, recipe_key: randomUUID(), recipe_version: 1, message_id: 'm', outcome: 'done', reason_code: 'done' }],
    ['checks', { ...own, message_id: 'm', not_matched: '{}' }],
    ['actions', { ...tenant, run_id: ids.run, ordinal: 0, kind: 'create-item', outcome: 'done' }],
    ['intents', { ...own, run_id: ids.run, ordinal: 0, request: '{}', key: randomUUID(), sent_at: new Date() }],
    ['known_boards', { ...own, target: 'monday', board_id: 'b', name: 'b', groups: '[]', columns: '[]' }],
    ['message_digests', { ...own, recipe_id: ids.recipe, digest: bytes(), message_id: 'm' }],
    ['board_visits', { ...own, board_id: ids.board, board_name: 'b', what: 'changed' }],
    ['receipts', { kind: 'disconnect', parts: '[]' }],
    ['erased_sign_ins', { who: bytes(), erased_at: later, until: later }],
    ['suspect_jobs', { queue: 'run', data: JSON.stringify({ runId: randomUUID() }), attempt: 1 }],
    ['claims', { queue: 'run', key: randomUUID(), group_id: randomUUID() }],
    ['workers', { number: randomInt(1, 2 ** 31) }],
    ['cooldowns', { service: 'graph', scope: randomUUID(), until: later }],
  ]
  for (const [table, row] of rows) {
    const columns = Object.keys(row)
    const values = sql`(${sql.join(columns.map((name) => sql.ref(name)))}) values (${sql.join(Object.values(row))})`
    await sql`insert into ${sql.table(table)} ${values} on conflict do nothing`.execute(db)
  }
  const chain = randomUUID()
  await sql`insert into access_chains (id, connection_id, tenant_id, person_id, key_id, head, kept_head)
    values (${chain}, ${ids.connection}, ${own.tenant_id}, ${own.person_id}, 'k', 'h', 'h')`.execute(db)
  await sql`insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, head)
    values (${chain}, 1, ${own.tenant_id}, ${own.person_id}, now(), 'listing', '{}', 'catch-up', '{}', 'h')`.execute(db)
}
