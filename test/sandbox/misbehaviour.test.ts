import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { until } from '../support/until.ts'
import { ask, askToken, exchange, graphClient, graphToken, people } from './clients.ts'

let sandbox: Sandbox
let camille: Person
let get: ReturnType<typeof graphClient>

beforeAll(async () => {
  sandbox = await startSandbox()
  ;({ camille } = people(sandbox))
  get = graphClient(sandbox, await graphToken(sandbox, camille))
})
afterAll(() => sandbox.stop())
afterEach(() => sandbox.heal())

describe('on demand', () => {
  test('a status comes as often as asked, with the service’s own error', async () => {
    const rule = sandbox.misbehave('graph', { match: { path: /\/me$/ }, times: 2, status: 503, headers: { 'Retry-After': '7' } })
    const answers = [await get('GET', '/me'), await get('GET', '/me'), await get('GET', '/me')]
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200])
    expect([answers[0]!.body.error.code, answers[0]!.headers.get('retry-after')]).toEqual(['ServiceUnavailable', '7'])
    expect(rule.seen()).toBe(2)
  })

  test.each<[string, object]>([
    ['drops the connection', { dropConnection: true }],
    ['drops the answer', { dropAnswerAfterEffect: true }],
    ['stalls', { stall: true }],
  ])('a service %s', async (_name, rule) => {
    const fault = sandbox.misbehave('graph', { times: 1, ...rule })
    const patience = new AbortController()
    const failure = fetch(`${sandbox.url}/v1.0/me`, { signal: patience.signal }).then(
      () => undefined,
      (error: unknown) => error,
    )
    await until(() => fault.seen() > 0)
    if ('stall' in rule) patience.abort()
    expect(await failure).toMatchObject({ message: expect.stringMatching(/\S/) })
    expect((await get('GET', '/me')).status).toBe(200)
  })

  test('the effect of a dropped answer has happened', async () => {
    sandbox.misbehave('entra', { times: 1, dropAnswerAfterEffect: true })
    sandbox.entra.ledger.clear()
    await expect(exchange(sandbox, camille)).rejects.toThrow(/\S/)
    expect(sandbox.entra.ledger.entries.map(({ outcome }) => outcome)).toEqual(['ok'])
  })

  test('Entra and Vault fail in their own words', async () => {
    sandbox.misbehave('entra', { times: 1, status: 503 })
    sandbox.misbehave('vault', { times: 1, status: 500 })
    expect((await exchange(sandbox, camille)).body.error).toBe('temporarily_unavailable')
    expect((await ask(`${sandbox.url}/vault/v1/sys/health`)).body).toEqual({ errors: ['internal error'] })
  })
})

describe('over HTTP', () => {
  const control = (method: string, path: string, body?: unknown) =>
    ask(`${sandbox.url}/sandbox${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  test('faults are set and cleared', async () => {
    const { body } = await control('POST', '/misbehave', { service: 'graph', match: { path: '/me$' }, status: 500 })
    expect((await get('GET', '/me')).status).toBe(500)
    await control('DELETE', `/misbehave/${body.id}`)
    expect((await get('GET', '/me')).status).toBe(200)
    expect((await control('POST', '/misbehave', { service: 'nothing' })).status).toBe(400)
  })

  test('the composer delivers to the Inbox of its addressee', async () => {
    const sent = await control('POST', '/send', { to: camille.address, subject: 'Invoice 9', body: '<p>Hi</p>', from: 'shop@example.com' })
    expect(sent.status).toBe(201)
    const { body } = await control('GET', `/mailbox/${sent.body.id}?person=${camille.address}`)
    expect(body).toMatchObject({ subject: 'Invoice 9', folder: 'inbox', from: { address: 'shop@example.com' } })
    await control('POST', '/move', { person: camille.address, messageId: sent.body.id, folder: 'junkemail' })
    const mailbox = await control('GET', `/mailbox?person=${camille.objectId}`)
    expect(mailbox.body.messages.find(({ immutableId }: { immutableId: string }) => immutableId === sent.body.id).folder).toBe('junkemail')
    expect((await control('POST', '/send', { to: 'nobody@example.com' })).status).toBe(400)
  })

  test('the broker gives tokens for our own API alone, and asks for a window when it must', async () => {
    const scope = `api://${sandbox.environment('http://localhost:3000')['ENTRA_CLIENT_ID']}/access_as_user openid profile`
    const silent = await control('POST', '/token', { person: camille.address, scope })
    expect(silent.body.account.localAccountId).toBe(camille.objectId)
    expect((await exchange(sandbox, camille, { assertion: silent.body.token.access_token })).status).toBe(200)
    expect((await control('POST', '/token', { person: camille.address, scope: 'Mail.Read' })).body.error.status).toBe('PERSISTENT_ERROR')
    const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } })
    const challenged = await control('POST', '/token', { person: camille.address, scope, claims })
    expect(challenged.body.error.status).toBe('USER_INTERACTION_REQUIRED')
    sandbox.entra.requireStrongerSignIn(camille, true)
    const { body } = await control('POST', '/token', { person: camille.address, scope, claims, interactive: true })
    expect((await exchange(sandbox, camille, { assertion: body.token.access_token })).status).toBe(200)
    sandbox.entra.requireStrongerSignIn(camille, false)
  })

  test('people, tokens and Vault are acted on by name', async () => {
    expect((await control('POST', '/vault/seal')).status).toBe(204)
    expect(sandbox.vault.isSealed()).toBe(true)
    await control('POST', '/vault/unseal')
    const { body } = await exchange(sandbox, camille)
    await control('POST', '/entra/revoke', { person: camille.address })
    const refreshed = await askToken(sandbox, camille.tenantId, { grant_type: 'refresh_token', refresh_token: body.refresh_token })
    expect(refreshed.body.error_codes).toEqual([50173])
    expect((await control('POST', '/entra/revoke', { person: 'nobody' })).status).toBe(400)
    expect((await control('POST', '/entra/unheard-of', {})).status).toBe(404)
  })

  test('a raw mail is delivered', async () => {
    const raw = { method: 'POST', headers: { 'content-type': 'message/rfc822' }, body: 'Subject: raw\r\n\r\ntext' }
    const { status, body } = await ask(`${sandbox.url}/sandbox/deliver?person=${camille.address}`, raw)
    expect(status).toBe(201)
    expect((await get('GET', `/me/messages/${body.id}?$select=subject`)).body.subject).toBe('raw')
  })

  test('changes of mailboxes are told as they happen', async () => {
    const ended = new AbortController()
    const stream = await fetch(`${sandbox.url}/sandbox/events`, { signal: ended.signal })
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    await reader.read()
    const { id } = await sandbox.graph.deliver(camille, {})
    expect((await reader.read()).value).toContain(`"kind":"created","person":"${camille.objectId}","id":"${id}"`)
    ended.abort()
  })
})
