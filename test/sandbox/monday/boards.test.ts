import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person } from '../../../sandbox/entra/directory.ts'
import type { NewColumn } from '../../../sandbox/monday/board.ts'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { ask, people } from '../clients.ts'
import { addUpdate, type Call, codesOf, createItem, find, mondayClient } from './monday-client.ts'

let sandbox: Sandbox
let camille: Person
let call: Call
let boardId: string

const columns: NewColumn[] = [
  { id: 'text', title: 'Text', type: 'text' },
  { id: 'long', title: 'Long', type: 'long_text' },
  { id: 'status', title: 'Status', type: 'status', labels: ['Working on it', 'Done', '2'] },
  { id: 'kind', title: 'Kind', type: 'dropdown', labels: ['A', 'B'] },
  { id: 'date', title: 'Date', type: 'date' },
  { id: 'people', title: 'People', type: 'people' },
  { id: 'email', title: 'Email', type: 'email' },
  { id: 'link', title: 'Link', type: 'link' },
  { id: 'phone', title: 'Phone', type: 'phone' },
  { id: 'amount', title: 'Amount', type: 'numbers' },
  { id: 'check', title: 'Check', type: 'checkbox' },
  { id: 'line', title: 'Line', type: 'timeline' },
  { id: 'file', title: 'File', type: 'file' },
  { id: 'formula', title: 'Formula', type: 'formula' },
]

beforeAll(async () => {
  sandbox = await startSandbox()
  ;({ camille } = people(sandbox))
  call = mondayClient(sandbox, await sandbox.monday.personalToken(camille))
  boardId = sandbox.monday.board(camille, { name: 'Support', groups: ['New', 'Old'], columns }).id
})
afterAll(() => sandbox.stop())

const create = (values: unknown, more: Record<string, unknown> = {}) =>
  call(createItem, { board: boardId, name: 'An item', values: JSON.stringify(values), ...more })

describe('column values', () => {
  test.each<[string, unknown, string]>([
    ['text', 'abc', 'abc'],
    ['text', '', ''],
    ['long', { text: 'many words' }, 'many words'],
    ['status', { label: 'done' }, 'Done'],
    ['status', { index: 1 }, 'Done'],
    ['status', { label: '2' }, '2'],
    ['status', null, ''],
    ['kind', { labels: ['A', 'B'] }, 'A, B'],
    ['kind', { ids: [1] }, 'B'],
    ['date', { date: '2026-11-23' }, '2026-11-23'],
    ['date', { date: '2026-11-23', time: '09:00:00' }, '2026-11-23 09:00'],
    ['email', { email: 'a@b.c', text: 'Ann' }, 'Ann - a@b.c'],
    ['link', { url: 'https://a.example', text: 'Open mail' }, 'Open mail - https://a.example'],
    ['phone', { phone: '+33612345678', countryShortName: 'FR' }, '33612345678'],
    ['amount', '42.5', '42.5'],
    ['check', { checked: 'true' }, 'v'],
    ['check', null, ''],
    ['line', { from: '2026-11-23', to: '2026-11-30' }, '2026-11-23 - 2026-11-30'],
  ])('%s takes %j', async (id, value, shown) => {
    const { body } = await create({ [id]: value })
    const read = await call(`query ($ids: [ID!]) { items(ids: $ids) { column_values(ids: ["${id}"]) { id text value } } }`, { ids: [body.data.create_item.id] }) // prettier-ignore
    expect(read.body.data.items[0].column_values[0].text).toBe(shown)
  })

  test.each<[string, unknown]>([
    ['text', { text: 'no' }],
    ['long', 'a bare string'],
    ['long', { text: 'x'.repeat(2001) }],
    ['status', { label: 'Nowhere' }],
    ['status', { index: 9 }],
    ['status', 'Done'],
    ['kind', { labels: ['C'] }],
    ['date', { date: '2026-02-30' }],
    ['date', '2026-11-23'],
    ['people', { personsAndTeams: [{ id: 1, kind: 'person' }] }],
    ['email', { email: 'nobody', text: '' }],
    ['link', { url: 'javascript:1', text: 'x' }],
    ['phone', { phone: '+33612345678' }],
    ['amount', 42],
    ['amount', '1,5'],
    ['check', { checked: false }],
    ['line', { from: '2026-11-23' }],
    ['file', { add: 'x' }],
    ['formula', '1'],
  ])('%s refuses %j', async (id, value) => {
    const answer = await create({ [id]: value })
    expect([answer.status, codesOf(answer), answer.body.data.create_item]).toEqual([200, ['ColumnValueException'], null])
  })

  test('people are users of the account; a label is made where that is wanted; all of them hold 64 KB at most', async () => {
    const { id } = sandbox.monday.user(camille)
    const { body } = await create({ people: { personsAndTeams: [{ id: Number(id), kind: 'person' }] } })
    const [item] = sandbox.monday.items(boardId).filter((each) => each.id === body.data.create_item.id)
    expect(sandbox.monday.textsOf(item!)).toMatchObject({ people: camille.name })
    expect(codesOf(await create({ status: { label: 'Brand new' } }, { labels: true }))).toEqual([])
    expect(codesOf(await create({ status: { label: 'brand new' } }))).toEqual([])
    expect(codesOf(await create({ text: 'x'.repeat(64 * 1024) }))).toEqual(['ColumnValueException'])
  })
})

test.each<[string, Record<string, unknown>, string]>([
  ['a board that is not there', { board: '1' }, 'InvalidBoardIdException'],
  ['a group that is not there', { group: 'nowhere' }, 'InvalidGroupIdException'],
  ['a column that is not there', { values: '{"nowhere":"x"}' }, 'InvalidColumnIdException'],
  ['a name of 256 characters', { name: 'x'.repeat(256) }, 'ItemNameTooLongException'],
  ['no name', { name: '' }, 'InvalidArgumentException'],
  ['values that are no JSON', { values: '{' }, 'JsonParseException'],
])('an item is refused for %s, with status 200', async (_what, changes, code) => {
  const answer = await call(createItem, { board: boardId, name: 'An item', ...changes })
  expect([answer.status, codesOf(answer)]).toEqual([200, [code]])
  expect(answer.body.errors[0]).toMatchObject({ path: ['create_item'], extensions: { request_id: answer.headers.get('x-request-id') } })
})

test('an item is found by the whole value of a column, whatever its case, and late where the search lags', async () => {
  await create({ text: 'Outlook-REF-1' })
  const search = async (value: string, column = 'text') =>
    (await call(find, { board: boardId, columns: [{ column_id: column, column_values: [value] }], limit: 10 })).body.data
      ?.items_page_by_column_values.items.length
  expect(await search('outlook-ref-1')).toBe(1)
  expect(await search('outlook-ref')).toBe(0)
  expect(codesOf(await call(find, { board: boardId, columns: [{ column_id: 'file', column_values: ['x'] }], limit: 1 }))).toEqual([
    'InvalidArgumentException',
  ])
  sandbox.monday.behave({ searchLagMs: 60_000 })
  await create({ text: 'late' })
  expect(await search('late')).toBe(0)
  sandbox.monday.advance(61_000)
  expect(await search('late')).toBe(1)
  sandbox.monday.behave({ searchLagMs: 0 })
})

test('pages follow by their cursor, which holds for an hour', async () => {
  const { id: board } = sandbox.monday.board(camille, { name: 'Pages' })
  for (let count = 0; count < 5; count += 1) sandbox.monday.createItem(camille, board, { name: `Item ${count}` })
  const first = await call('query ($ids: [ID!]) { boards(ids: $ids) { items_page(limit: 2) { cursor items { name } } } }', { ids: [board] })
  const { cursor } = first.body.data.boards[0].items_page
  const next = 'query ($cursor: String!) { next_items_page(cursor: $cursor, limit: 2) { cursor items { name } } }'
  const second = (await call(next, { cursor })).body.data.next_items_page
  expect(second.items).toEqual([{ name: 'Item 2' }, { name: 'Item 3' }])
  const last = (await call(next, { cursor: second.cursor })).body.data.next_items_page
  expect(last).toEqual({ cursor: null, items: [{ name: 'Item 4' }] })
  sandbox.monday.advance(3_600_000)
  expect(codesOf(await call(next, { cursor }))).toEqual(['CursorException'])
})

test('updates, replies and files hang on an item', async () => {
  const { body } = await create({})
  const item = body.data.create_item.id
  const { id } = (await call(addUpdate, { item, body: '<p>Hello &amp; <b>you</b></p>' })).body.data.create_update
  await call('mutation ($id: ID!, $body: String!) { create_update(parent_id: $id, body: $body) { id } }', { id, body: 'A reply' })
  const form = new FormData()
  form.append(
    'query',
    'mutation ($update: ID!, $file: File!) { add_file_to_update(update_id: $update, file: $file) { id name file_size } }',
  )
  form.append('variables', JSON.stringify({ update: id }))
  form.append('map', JSON.stringify({ image: 'variables.file' }))
  form.append('image', new Blob(['12345']), 'a.txt')
  const headers = { authorization: await sandbox.monday.personalToken(camille), 'api-version': '2026-10' }
  const uploaded = await ask(`${sandbox.url}/monday/v2/file`, { method: 'POST', headers, body: form })
  expect(uploaded.body.data.add_file_to_update).toMatchObject({ name: 'a.txt', file_size: 5 })
  const read = await call(
    'query ($ids: [ID!]) { items(ids: $ids) { updates { text_body replies { body } assets { name public_url } } } }',
    { ids: [item] },
  )
  const [update] = read.body.data.items[0].updates
  expect(update).toMatchObject({ text_body: 'Hello & you', replies: [{ body: 'A reply' }], assets: [{ name: 'a.txt' }] })
  expect(Buffer.from(await (await fetch(update.assets[0].public_url)).arrayBuffer()).toString()).toBe('12345')
})

test('what is deleted is gone, and ids of deleted columns stay taken', async () => {
  const { body } = await create({})
  const item = body.data.create_item.id
  const remove = 'mutation ($id: ID) { delete_item(item_id: $id) { state } }'
  expect((await call(remove, { id: item })).body.data.delete_item.state).toBe('deleted')
  expect(codesOf(await call(remove, { id: item }))).toEqual(['ResourceNotFoundException'])
  const column = 'mutation ($board: ID!, $id: String) { create_column(board_id: $board, id: $id, title: "Ref", column_type: text) { id } }'
  expect(codesOf(await call(column, { board: boardId, id: 'our_ref' }))).toEqual([])
  sandbox.monday.deleteColumn(boardId, 'our_ref')
  expect(codesOf(await call(column, { board: boardId, id: 'our_ref' }))).toEqual(['InvalidArgumentException'])
  expect(codesOf(await call(column, { board: boardId, id: 'Our Ref' }))).toEqual(['InvalidArgumentException'])
})

test('a private board is there for its members alone, and other accounts see nothing', async () => {
  const { yanis, ruth } = people(sandbox)
  const { id } = sandbox.monday.board(camille, { name: 'Private', kind: 'private' })
  const seenBy = async (person: Person) =>
    (await mondayClient(sandbox, await sandbox.monday.personalToken(person))('{ boards(limit: 100) { id } }')).body.data.boards.map(
      (board: { id: string }) => board.id,
    )
  expect([(await seenBy(camille)).includes(id), (await seenBy(yanis)).includes(id), await seenBy(ruth)]).toEqual([true, false, []])
  expect((await seenBy(yanis)).includes(boardId)).toBe(true)
})

test('what people do is in the activity log, newest first', async () => {
  const { id: board } = sandbox.monday.board(camille, { name: 'Log', columns: [{ id: 'status', title: 'S', type: 'status' }] })
  const { id: item } = sandbox.monday.createItem(camille, board, { name: 'One' })
  sandbox.monday.changeColumns(camille, item, { status: { label: 'Done' } })
  const read = await call('query ($ids: [ID!]) { boards(ids: $ids) { activity_logs(limit: 10) { event created_at data } } }', {
    ids: [board],
  })
  const logs = read.body.data.boards[0].activity_logs
  expect(logs.map((log: { event: string }) => log.event)).toEqual(['update_column_value', 'create_pulse'])
  expect(logs[0].created_at).toMatch(/^\d{17}$/)
  expect(JSON.parse(logs[0].data)).toMatchObject({ pulse_id: item, column_id: 'status', value: 'Done' })
})
