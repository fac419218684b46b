import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { jwtVerify } from 'jose'
import type { Person } from '../../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { until } from '../../support/until.ts'
import { people } from '../clients.ts'
import { type Call, codesOf, mondayClient } from './monday-client.ts'

type Received = { authorization: string | undefined; body: ReturnType<typeof JSON.parse> }

let sandbox: Sandbox
let camille: Person
let call: Call
let board: string
let url: string
let status = 200
let echoes = true
const received: Received[] = []
const listener = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString())
    received.push({ authorization: request.headers.authorization, body })
    response.writeHead(status).end(echoes && 'challenge' in body ? JSON.stringify(body) : '{}')
  })
})

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.monday.webhooks.retry.everyMs = 20
  ;({ camille } = people(sandbox))
  call = mondayClient(sandbox, await sandbox.monday.personalToken(camille))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/hook`
})
afterAll(async () => {
  await sandbox.stop()
  listener.closeAllConnections()
  await new Promise((resolve) => listener.close(resolve))
})
beforeEach(() => {
  status = 200
  echoes = true
  const columns = [{ id: 'status', title: 'Status', type: 'status', labels: ['New', 'Done'] } as const, { id: 'text', title: 'T', type: 'text' } as const] // prettier-ignore
  board = sandbox.monday.board(camille, { name: 'Support', columns }).id
  received.splice(0)
})
afterEach(() => until(() => sandbox.monday.webhooks.idle()))

const create = 'mutation ($board: ID!, $url: String!, $event: WebhookEventType!, $config: JSON) { create_webhook(board_id: $board, url: $url, event: $event, config: $config) { id board_id event config } }' // prettier-ignore
const subscribe = (event: string, config?: unknown, by = call) =>
  by(create, { board, url, event, ...(config === undefined ? {} : { config: JSON.stringify(config) }) })
const events = () => received.flatMap(({ body }) => ('event' in body ? [body.event] : []))

test('the challenge is answered while the mutation is pending; where it is not, there is no webhook', async () => {
  const made = await subscribe('create_item')
  expect(made.body.data.create_webhook).toMatchObject({ board_id: board, event: 'create_item', config: null })
  expect(received[0]?.body).toEqual({ challenge: expect.any(String) })
  echoes = false
  const refused = await subscribe('create_item')
  expect([refused.body.errors[0].message, codesOf(refused)]).toEqual(['Internal Server Error', ['INTERNAL_SERVER_ERROR']])
  const listed = await call('query ($board: ID!) { webhooks(board_id: $board) { id } }', { board })
  expect(listed.body.data.webhooks).toEqual([{ id: made.body.data.create_webhook.id }])
})

test('events bear the names of an earlier age, and name who, what and where', async () => {
  await subscribe('create_item')
  await subscribe('create_update')
  const { id } = sandbox.monday.createItem(camille, board, { name: 'One' })
  const update = sandbox.monday.addUpdate(camille, id, '<p>Hello</p>')
  await until(() => events().length === 2)
  const user = Number(sandbox.monday.user(camille).id)
  const about = { boardId: Number(board), pulseId: Number(id), userId: user, triggerUuid: expect.stringMatching(/^[0-9a-f]{32}$/) }
  expect(events()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...about, type: 'create_pulse', pulseName: 'One', columnValues: {} }),
      expect.objectContaining({ ...about, type: 'create_update', updateId: Number(update.id), body: '<p>Hello</p>', textBody: 'Hello' }),
    ]),
  )
})

test('a column, or a status with a value, is heard of by those who asked for it', async () => {
  await subscribe('change_specific_column_value', { columnId: 'text' })
  await subscribe('change_status_column_value', { columnId: 'status', columnValue: { index: 1 } })
  expect(codesOf(await subscribe('change_specific_column_value'))).toEqual(['InvalidArgumentException'])
  const { id } = sandbox.monday.createItem(camille, board, { name: 'One' })
  sandbox.monday.changeColumns(camille, id, { status: { label: 'New' } })
  sandbox.monday.changeColumns(camille, id, { status: { label: 'Done' }, text: 'x' })
  await until(() => events().length === 2)
  const [status, text] = events().toSorted((one, other) => String(one.columnId).localeCompare(String(other.columnId)))
  expect(status).toMatchObject({ type: 'update_column_value', columnType: 'color', value: { label: { index: 1, text: 'Done' } }, previousValue: { label: { text: 'New' } } }) // prettier-ignore
  expect(text).toMatchObject({ columnId: 'text', columnType: 'text', value: 'x', previousValue: null })
})

test('what is not answered by 200 is posted again, with the same id', async () => {
  await subscribe('create_item')
  status = 500
  sandbox.monday.createItem(camille, board, { name: 'One' })
  await until(() => events().length >= 2)
  status = 200
  await until(() => sandbox.monday.webhooks.idle())
  expect(new Set(events().map(({ triggerUuid }) => triggerUuid)).size).toBe(1)
  const before = events().length
  sandbox.monday.webhooks.repeat()
  await until(() => events().length === before + 1)
})

test('an app signs what it posts, a personal token does not', async () => {
  const scopes = ['boards:read', 'webhooks:write']
  await subscribe('create_item', undefined, mondayClient(sandbox, await sandbox.monday.oauthToken(camille, scopes)))
  await subscribe('create_item')
  sandbox.monday.createItem(camille, board, { name: 'One' })
  await until(() => events().length === 2)
  const tokens = received.filter(({ body }) => 'event' in body).flatMap(({ authorization }) => authorization ?? [])
  expect(tokens).toHaveLength(1)
  const { payload } = await jwtVerify(tokens[0]!, new TextEncoder().encode(sandbox.monday.app.signingSecret), { algorithms: ['HS256'] })
  expect(payload).toMatchObject({ userId: Number(sandbox.monday.user(camille).id), aud: url })
})

test('held events come in another order, and none after the webhook is deleted', async () => {
  const { id } = (await subscribe('create_item')).body.data.create_webhook
  sandbox.monday.webhooks.hold()
  for (const name of ['One', 'Two']) sandbox.monday.createItem(camille, board, { name })
  sandbox.monday.webhooks.release('reversed')
  await until(() => events().length === 2)
  expect(sandbox.monday.webhookAttempts.entries.slice(-2).map(({ body }) => Object(body).event.pulseName)).toEqual(['Two', 'One'])
  await call('mutation ($id: ID!) { delete_webhook(id: $id) { id } }', { id })
  sandbox.monday.createItem(camille, board, { name: 'Three' })
  expect(sandbox.monday.webhooks.idle()).toBe(true)
  expect(codesOf(await call('mutation ($id: ID!) { delete_webhook(id: $id) { id } }', { id }))).toEqual(['ResourceNotFoundException'])
})
