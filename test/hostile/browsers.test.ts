// What a hostile page in a user's browser can try: forms, frames, foreign origins, addresses that lead elsewhere.
import { expect, test } from '@jest/globals'
import { operations, type Operation } from '../../contract/operations.ts'
import { apiClient } from '../support/api-client.ts'
import { visit } from '../support/browser-of-one.ts'
import { aBoard, aRecipe } from '../support/builders.ts'
import { startWorld, type World } from '../support/world.ts'

const foreign = { origin: 'https://evil.example', referer: 'https://evil.example/page', 'sec-fetch-site': 'cross-site' }
const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'text/json', '']
const withBody = Object.values<Operation>(operations).filter(({ body }) => body !== undefined)
const addressOf = (world: World, { path }: Operation) => `${world.server.url}${path.replaceAll(/\{\w+\}/g, crypto.randomUUID())}`

test('a form of another site reaches no route: without a token 401, and with one 415', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const token = await world.sandbox.entra.accessToken(world.camille)
  const statuses: Record<string, number[]> = {}
  for (const operation of withBody) {
    const method = operation.method.toUpperCase()
    const send = async (headers: Record<string, string>) => {
      const answer = await fetch(addressOf(world, operation), {
        method,
        headers: { ...foreign, ...headers },
        body: new TextEncoder().encode('{"name":"x"}'),
      })
      await answer.body?.cancel()
      return answer.status
    }
    const seen = new Set([
      await send({ 'content-type': 'application/x-www-form-urlencoded', cookie: `token=${token}; mailboard-consent=${token}` }),
    ])
    for (const type of formTypes) seen.add(await send({ 'content-type': type, authorization: `Bearer ${token}` }))
    statuses[`${method} ${operation.path}`] = [...seen]
  }
  expect(Object.keys(statuses).length).toBeGreaterThan(8)
  expect(statuses).toEqual(Object.fromEntries(Object.keys(statuses).map((name) => [name, [401, 415]])))
})

test('no origin is allowed to read an answer, and no answer of the API sets a cookie', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const token = await world.sandbox.entra.accessToken(world.camille)
  for (const origin of ['https://evil.example', 'null', world.server.url, `${world.server.url}.evil.example`]) {
    for (const [method, headers] of [
      ['OPTIONS', { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }],
      ['GET', { authorization: `Bearer ${token}` }],
    ] as const) {
      const answer = await fetch(`${world.server.url}/api/me`, { method, headers: { ...headers, origin } })
      await answer.body?.cancel()
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
    }
  }
})

test('only Outlook’s hosts may frame the pane, and nobody anything else', async () => {
  await using world = await startWorld({ database: 'pglite', env: { FRAME_ANCESTORS: 'https://outlook.example' } })
  const token = await world.sandbox.entra.accessToken(world.camille)
  const framing: Record<string, string | undefined> = {}
  for (const path of [
    '/api/me',
    '/healthz',
    '/metrics',
    '/openapi.json',
    '/manifest.xml',
    '/nowhere',
    '/files/none',
    '/connect/microsoft/none',
    '/oauth/microsoft/callback',
  ]) {
    const answer = await fetch(`${world.server.url}${path}`, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' })
    await answer.body?.cancel()
    framing[path] = /frame-ancestors ([^;]*)|(sandbox)/.exec(answer.headers.get('content-security-policy') ?? '')?.[0]
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  }
  expect(framing).toEqual(Object.fromEntries(Object.keys(framing).map((path) => [path, "frame-ancestors 'none'"])))
})

const elsewhere = [
  '//evil.example',
  'https:evil.example',
  '\\evil.example',
  '/\\evil.example',
  '%2f%2fevil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '\tjavascript:alert(1)',
]

test('no parameter and no path leads to another site', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const names = ['redirect', 'redirect_uri', 'return', 'returnUrl', 'next', 'url', 'state', 'continue']
  const starts = ['/', '/taskpane.html', '/auth.html', '/oauth/microsoft/callback', '/connect/microsoft/x']
  const addresses = elsewhere.flatMap((target) => [
    ...starts.map((start) => `${start}?${new URLSearchParams(names.map((name): [string, string] => [name, target]))}`),
    `/${target}`,
    `//evil.example/%2e%2e`,
  ])
  for (const address of new Set(addresses)) {
    const answer = await fetch(`${world.server.url}${address}`, {
      redirect: 'manual',
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    })
    const text = await answer.text()
    const location = answer.headers.get('location')
    if (location !== null) expect([address, new URL(location, world.server.url).origin]).toEqual([address, world.server.url])
    if (/html/.test(answer.headers.get('content-type') ?? '')) expect([address, text.includes('evil.example')]).toEqual([address, false])
  }
})

test('a callback with a foreign state, a used code or the answer to somebody else connects nobody', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const { entra, vault } = world.sandbox
  const startOf = async (person: World['camille']) => {
    entra.revokeConsent(person)
    const { consentUrl = '' } = await world.api(person).problemOf('connectMicrosoft', { body: { permissions: ['mail.read'] } })
    const window = visit(consentUrl)
    const authorize = await window.untilElsewhere(world.server.url)
    return { window, callback: new URL(await entra.answerConsent(authorize, 'accept')) }
  }
  const [hers, his] = [await startOf(world.camille), await startOf(world.yanis)]
  const swapped = (from: URL, parts: Record<string, string | null>) => {
    const url = new URL(from)
    for (const [name, value] of Object.entries(parts)) if (value !== null) url.searchParams.set(name, value)
    return url.href
  }
  const state = his.callback.searchParams.get('state')
  const code = his.callback.searchParams.get('code')
  expect(await hers.window.go(swapped(hers.callback, { state }))).toBe(400)
  expect(vault.paths()).toEqual([])

  // A code that an attacker obtained, put into the window of somebody else: PKCE and nonce belong to another window.
  const again = await startOf(world.camille)
  expect(await again.window.go(swapped(again.callback, { code }))).toBeGreaterThanOrEqual(400)
  expect(vault.paths()).toEqual([])

  const third = await startOf(world.camille)
  expect(await third.window.go(third.callback.href)).toBe(200)
  expect(vault.tokenPaths()).toHaveLength(1)
  expect(await third.window.go(third.callback.href)).toBe(400)
  expect(await visit(third.callback.href).go(third.callback.href)).toBe(400)
  expect(await world.api(world.yanis).call('listConnections')).toEqual([])
})

test('a field that a route does not know is refused, whoever sends it', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  const board = await aBoard(api, { columns: [{ id: 'a', title: 'A', type: 'text' }] })
  const item = await api.call('createItem', { params: { id: board.id }, body: { name: 'x' } })
  const recipe = await aRecipe(api, board)
  const { id: _id, version: _version, ...body } = recipe
  const extras: Record<string, unknown>[] = [{ id: crypto.randomUUID() }, { owner: world.yanis.objectId }, { tenantId: world.ruth.tenantId }, { personId: 'x' }, { version: 9 }, { createdBy: 'x' }, { source: null }, { constructor: 1 }] // prettier-ignore
  const targets: [string, string, object][] = [
    ['POST', '/api/boards', { name: 'B' }],
    ['PATCH', `/api/boards/${board.id}`, { name: 'B' }],
    ['POST', `/api/boards/${board.id}/items`, { name: 'I' }],
    ['PATCH', `/api/items/${item.id}`, { name: 'I' }],
    ['POST', `/api/items/${item.id}/updates`, { body: 'hello' }],
    ['POST', '/api/connections/microsoft', { permissions: ['mail.read'] }],
    [
      'POST',
      '/api/recipes',
      { name: body.name, enabled: false, trigger: body.trigger, conditions: body.conditions, actions: body.actions },
    ],
  ]
  for (const [method, path, known] of targets) {
    for (const extra of extras) {
      const reply = await api.request(method, path, { body: { ...known, ...extra } })
      expect([method, path, extra, [400, 422].includes(reply.status)]).toEqual([method, path, extra, true])
    }
  }
  expect(await world.api(world.yanis).call('listRecipes')).toMatchObject({ items: [] })
  const anonymous = apiClient(world.server.url, () => '')
  expect((await anonymous.request('POST', '/api/boards', { body: { name: 'B', owner: 'x' } })).status).toBe(401)
})
