// A noun is at home in one folder: its table is written there alone.
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const homes: Record<string, string> = {
  access_chains: 'access-log',
  access_log: 'access-log',
  actions: 'runs',
  board_visits: 'boards',
  boards: 'boards',
  connections: 'connections',
  checks: 'runs',
  claims: 'jobs',
  consent_requests: 'accounts',
  cooldowns: 'connections',
  erased_sign_ins: 'people',
  file_chunks: 'boards',
  file_tickets: 'boards',
  files: 'boards',
  inbox_messages: 'inbox',
  intents: 'runs',
  items: 'boards',
  known_boards: 'boards',
  leases: 'database',
  mailboxes: 'mailboxes',
  message_digests: 'triggers',
  message_links: 'boards',
  people: 'people',
  policies: 'people',
  receipts: 'accounts',
  recipes: 'recipe-book',
  runs: 'runs',
  subscriptions: 'subscriptions',
  updates: 'boards',
  workers: 'jobs',
}

const writes =
  /(?:insertInto|updateTable|deleteFrom|mergeInto)\('(\w+)|\b(?:insert\s+into|delete\s+from|merge\s+into|truncate)\s+(?:only\s+)?(\w+)|\bupdate\s+(\w+)\s+(?:as\s+\w+\s+)?set\b/g

/** Table and folder of each write in a source text. */
const writtenIn = (path: string, text: string) =>
  [...text.matchAll(writes)].map(([, ...names]) => ({ table: names.find(Boolean) ?? '', folder: path.split('/')[1] ?? '', path }))

// What makes the tables, and what tries whether they are kept apart.
const outside = /^server\/(database\/migrations|people\/isolation)/
const sources = globSync('server/**/*.ts').filter((path) => !outside.test(path))
const written = sources.flatMap((path) => writtenIn(path, readFileSync(path, 'utf8')))

test('a table is written in one folder', () => {
  const strangers = written.filter(({ table, folder }) => table in homes && !homes[table]?.split(' ').includes(folder))
  expect(strangers).toEqual([])
})

test('every table has a home where it is written', () => {
  const schema = globSync('server/database/tables/*.ts').map((path) => readFileSync(path, 'utf8'))
  const tables = schema.flatMap((text) => [...text.matchAll(/^ {2}(\w+): \{/gm)].map(([, name = '']) => name))
  expect(Object.keys(homes).toSorted()).toEqual(tables.toSorted())
  const lived = new Map(
    Object.keys(homes).map((table) => [table, new Set(written.filter((each) => each.table === table).map(({ folder }) => folder))]),
  )
  expect(
    [...lived].flatMap(([table, folders]) =>
      (homes[table]?.split(' ') ?? []).filter((home) => !folders.has(home)).map((home) => `${table}: ${home}`),
    ),
  ).toEqual([])
})

test('each way to write is seen', () => {
  const ways = [`trx.insertInto('runs').values(1)`, `db.updateTable('runs as r')`, `trx.deleteFrom('runs')`, 'sql`insert into runs (id)`', 'sql`\n  update runs set a = 1`', 'sql`update runs as r set a`', 'sql`delete from runs where a`', 'sql`truncate runs`'] // prettier-ignore
  expect(ways.flatMap((way) => writtenIn('server/x/y.ts', way)).map(({ table, folder }) => [table, folder])).toEqual(
    ways.map(() => ['runs', 'x']),
  )
})
