// What stands around a call: tokens, versions, limits, keys, faults.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Person } from '../../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { until } from '../../support/until.ts'
import { ask, people } from '../clients.ts'
import { type Call, codesOf, createItem, mondayClient } from './monday-client.ts'

let sandbox: Sandbox
let camille: Person
let call: Call
let board: string

beforeAll(async () => {
  sandbox = await startSandbox()
  ;({ camille } = people(sandbox))
  call = mondayClient(sandbox, await sandbox.monday.personalToken(camille))
})
afterAll(() => sandbox.stop())
beforeEach(() => {
  board = sandbox.monday.board(camille, { name: 'Support', columns: [{ id: 'ref', title: 'Ref', type: 'text' }] }).id
  sandbox.monday.ledger.clear()
})
afterEach(() => {
  sandbox.heal()
  sandbox.monday.setTier(camille, 'enterprise')
  sandbox.monday.setLimits(camille, {})
  sandbox.monday.forgetSpent()
  sandbox.monday.behave({ writeMs: 0, keepsAnswers: true, keepsErrors: true })
})

const create = (headers: Record<string, string> = {}, name = 'An item') => call(createItem, { board, name }, headers)
const names = () => sandbox.monday.items(board).map(({ name }) => name)

describe('who asks', () => {
  test.each([
    ['no token', { authorization: '' }],
    ['a token that is none', { authorization: 'eyJ.a.b' }],
  ])('%s is not authenticated', async (_what, headers) => {
    const answer = await create(headers)
    expect([answer.status, codesOf(answer)]).toEqual([401, ['NOT_AUTHENTICATED']])
  })

  test('the token stands there raw, ends with its time, and does what its scopes allow', async () => {
    const token = await sandbox.monday.oauthToken(camille, ['boards:read', 'me:read'])
    const asApp = mondayClient(sandbox, token)
    expect((await asApp('{ me { email account { slug } } }')).body.data.me).toEqual({
      email: camille.address,
      account: { slug: 'contoso-demo' },
    })
    expect((await asApp('{ me { id } }', {}, { authorization: `Bearer ${token}` })).status).toBe(401)
    expect(codesOf(await asApp(createItem, { board, name: 'x' }))).toEqual(['missingRequiredPermissions'])
    sandbox.monday.advance(3_601_000)
    expect((await asApp('{ me { id } }')).status).toBe(401)
  })

  test('versions are named, and one that is not served is refused', async () => {
    expect((await call('{ version { value } }', {}, { 'api-version': '2026-07' })).headers.get('api-version')).toBe('2026-07')
    expect(codesOf(await call('{ version { value } }', {}, { 'api-version': '2024-01' }))).toEqual(['InvalidVersionException'])
  })

  test('what is no JSON, and what is no GraphQL', async () => {
    const token = await sandbox.monday.personalToken(camille)
    const broken = await ask(`${sandbox.url}/monday/v2`, { method: 'POST', headers: { authorization: token }, body: '{' })
    expect([broken.status, codesOf(broken)]).toEqual([400, ['JsonParseException']])
    expect((await call('{ me {')).body.errors[0].message).toMatch(/^Parse error on/)
    expect((await call('{ nothing }')).status).toBe(400)
  })
})

describe('limits', () => {
  test('each answer says what is left, and the minute ends a minute after its first call', async () => {
    sandbox.monday.setLimits(camille, { minute: 3 })
    const answers = [await create(), await create(), await create(), await create()]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe(
      '"minuteRate";q=3;w=60, "concurrency";q=250, "complexityMinute";q=10000000;w=60',
    )
    expect(answers[2]!.headers.get('ratelimit')).toMatch(
      /^"minuteRate";r=0;t=\d+, "concurrency";r=250, "complexityMinute";r=9970000;t=\d+$/,
    )
    expect([codesOf(answers[3]!), Number(answers[3]!.headers.get('retry-after')) > 50]).toEqual([['RateLimitedException'], true])
    sandbox.monday.advance(61_000)
    expect((await create()).status).toBe(200)
  })

  test('points of a minute, with status 200', async () => {
    sandbox.monday.setLimits(camille, { pointsOfPersonal: 20_000 })
    const answers = [await create(), await create(), await create()]
    expect(answers.map(codesOf)).toEqual([[], [], ['COMPLEXITY_BUDGET_EXHAUSTED']])
    expect([answers[2]!.status, answers[2]!.body.errors[0].extensions.retry_in_seconds]).toEqual([200, expect.any(Number)])
    expect(codesOf(await call('{ boards(limit: 5000) { items_page(limit: 500) { items { id name } } } }'))).toEqual(['ComplexityException'])
    const asApp = mondayClient(sandbox, await sandbox.monday.oauthToken(camille, ['boards:write', 'boards:read', 'me:read']))
    const { complexity } = (await asApp('{ complexity { before query after } me { id } }')).body.data
    expect(complexity).toMatchObject({ before: 5_000_000, after: 5_000_000 - complexity.query })
  })

  test('calls of a day, until midnight UTC', async () => {
    sandbox.monday.setTier(camille, 'free')
    sandbox.monday.setLimits(camille, { day: 2 })
    const answers = [await create(), await create(), await create()]
    expect(answers.map(codesOf)).toEqual([[], [], ['DAILY_LIMIT_EXCEEDED']])
    const seconds = Number(answers[2]!.headers.get('retry-after'))
    expect((sandbox.monday.now() / 1000 + seconds) % 86_400).toBeLessThan(2)
    sandbox.monday.advance(seconds * 1000)
    expect(codesOf(await create())).toEqual([])
  })

  test('calls at once, and writes to a board at once', async () => {
    sandbox.monday.behave({ writeMs: 200 })
    const twice = await Promise.all([create(), create()])
    expect(twice.map((answer) => [answer.status, ...codesOf(answer)].join(' ')).toSorted()).toEqual(['200', '423 RESOURCE_LOCKED'])
    expect(names()).toHaveLength(1)
    sandbox.monday.setLimits(camille, { atOnce: 2 })
    const others = [1, 2, 3].map((count) => sandbox.monday.board(camille, { name: `Board ${count}` }).id)
    const answers = await Promise.all(others.map((other) => call(createItem, { board: other, name: 'x' })))
    expect(answers.flatMap(codesOf)).toEqual(['maxConcurrencyExceeded'])
  })
})

describe('keys', () => {
  const key = (value: string) => ({ 'idempotency-key': value })

  test('a repetition gets the first answer for half an hour, of the same user alone', async () => {
    const [first, second] = [await create(key('a')), await create(key('a'))]
    expect(second.body.data).toEqual(first.body.data)
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    const { yanis } = people(sandbox)
    await mondayClient(sandbox, await sandbox.monday.personalToken(yanis))(createItem, { board, name: 'Of Yanis' }, key('a'))
    expect(names()).toEqual(['An item', 'Of Yanis'])
    sandbox.monday.advance(30 * 60_000 + 1)
    await create(key('a'), 'Again')
    expect(names()).toEqual(['An item', 'Of Yanis', 'Again'])
  })

  test('a twin that comes while the first is running is 409', async () => {
    sandbox.monday.behave({ writeMs: 200 })
    const answers = await Promise.all([create(key('b')), create(key('b'))])
    expect(answers.map((answer) => [answer.status, ...codesOf(answer)].join(' ')).toSorted()).toEqual(['200', '409 IDEMPOTENCY_CONFLICT'])
    expect(answers.find(({ status }) => status === 409)?.headers.get('retry-after')).toBe('1')
  })

  test('another body gets the first answer too, and is told by the ledger', async () => {
    await create(key('c'))
    await create(key('c'), 'Another')
    expect(names()).toEqual(['An item'])
    expect(sandbox.monday.ledger.entries.map(({ isReplayed, isOtherBody }) => [isReplayed, isOtherBody])).toEqual([[false, false], [true, true]]) // prettier-ignore
  })

  test('what is over the budget is not kept, refusals by limits never, and queries know no keys', async () => {
    sandbox.monday.behave({ keepsAnswers: false })
    await create(key('d'))
    await create(key('d'))
    expect(names()).toHaveLength(2)
    sandbox.monday.behave({ keepsAnswers: true })
    sandbox.monday.setLimits(camille, { minute: 2 })
    expect((await create(key('e'))).status).toBe(429)
    sandbox.monday.setLimits(camille, {})
    expect((await create(key('e'))).headers.get('idempotency-replayed')).toBeNull()
    await call('{ me { id } }', {}, key('f'))
    expect((await call('{ me { id } }', {}, key('f'))).headers.get('idempotency-replayed')).toBeNull()
  })

  test('an answer with errors is kept, unless it is told otherwise', async () => {
    expect(codesOf(await create(key('g'), ''))).toEqual(['InvalidArgumentException'])
    expect(codesOf(await create(key('g')))).toEqual(['InvalidArgumentException'])
    sandbox.monday.behave({ keepsErrors: false })
    expect(codesOf(await create(key('h'), ''))).toEqual(['InvalidArgumentException'])
    expect(codesOf(await create(key('h')))).toEqual([])
  })
})

describe('faults', () => {
  test('a status in its own words, for the calls that are meant', async () => {
    const fault = sandbox.misbehave('monday', { match: { sent: /create_item/, person: camille.objectId }, times: 1, status: 503 })
    expect((await call('{ me { id } }')).status).toBe(200)
    const answer = await create()
    expect([answer.status, codesOf(answer), fault.seen()]).toEqual([503, ['INTERNAL_SERVER_ERROR'], 1])
  })

  test('a write whose answer is lost, and one that comes after its caller has gone', async () => {
    const headers = { 'idempotency-key': 'lost' }
    sandbox.misbehave('monday', { times: 1, dropAnswerAfterEffect: true })
    await expect(create(headers)).rejects.toThrow(/\S/)
    expect(names()).toEqual(['An item'])
    const late = sandbox.misbehave('monday', { times: 1, lateEffectMs: 60_000 })
    await expect(create({}, 'Late')).rejects.toThrow(/\S/)
    expect(names()).toEqual(['An item'])
    late.clear()
    await until(() => names().length === 2)
    expect((await create(headers)).headers.get('idempotency-replayed')).toBe('true')
  })

  test('over HTTP as well', async () => {
    const control = (path: string, body: unknown) =>
      ask(`${sandbox.url}/sandbox${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    await control('/misbehave', { service: 'monday', times: 1, status: 429, match: { sent: 'create_item' } })
    expect((await create()).status).toBe(429)
    const { token } = (await control('/monday/personal-token', { person: camille.address })).body
    const made = (await mondayClient(sandbox, token)(createItem, { board, name: 'By hand' })).body.data.create_item
    await control('/monday/change-columns', { person: camille.address, itemId: made.id, values: { ref: 'x' } })
    await control('/monday/update', { person: camille.address, itemId: made.id, body: '<p>Hi</p>' })
    const items = (await ask(`${sandbox.url}/sandbox/monday/items?board=${board}`)).body
    expect(items).toMatchObject([{ name: 'By hand', columns: { ref: 'x' }, updates: [{ body: '<p>Hi</p>' }] }])
    const page = await ask(`${sandbox.url}/monday/boards/${board}`)
    expect(page.body).toContain('<td>By hand</td>')
    expect(page.body).toContain('&#60;p&#62;Hi')
  })
})
