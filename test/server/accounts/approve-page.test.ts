// The page for an administrator, and each way in which it may come back, asked as a browser asks.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { openTestDatabase } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { startServerInside, type TestServer } from '../../support/test-server.ts'

let sandbox: Sandbox
let server: TestServer
let storage: Awaited<ReturnType<typeof openTestDatabase>>
let tenantId: string
const other = 'fab71ca4-1d2e-4b7a-8f65-2b9c40de0f02'

beforeAll(async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  sandbox = await startSandbox()
  storage = await openTestDatabase('pglite')
  server = await startServerInside(url, {
    ...sandbox.environment(url),
    ...storage.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'fatal',
  })
  tenantId = sandbox.entra.person('lea.moreau@tailspin-toys.example')?.tenantId ?? ''
}, 120_000)
afterAll(async () => {
  await server?.stop()
  await sandbox?.stop()
  await storage?.drop()
})

const open = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { redirect: 'manual', headers })
const cookieOf = (answer: Response) => answer.headers.getSetCookie().join().split(';')[0] ?? ''

/** The page opened: Microsoft's address on its button, and the cookie of this browser. */
async function opened(language = 'en') {
  const page = await open(`/approve/${tenantId}`, { 'accept-language': language })
  const html = await page.text()
  const addresses = [...html.matchAll(/href="(http[^"]*)"/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'))
  const microsoft = new URL(addresses[0] ?? '')
  return { page, html, addresses, microsoft, state: microsoft.searchParams.get('state') ?? '', cookie: cookieOf(page) }
}

const back = (parameters: Record<string, string>, cookie: string, language = 'en') =>
  open(`/oauth/microsoft/callback?${new URLSearchParams(parameters)}`, { cookie, 'accept-language': language })

test('the page has one button, to the tenant’s adminconsent with full names of all scopes, and keeps its state in a cookie', async () => {
  const { page, html, addresses, microsoft, state } = await opened()
  expect(page.status).toBe(200)
  expect(addresses).toHaveLength(1)
  expect(microsoft.pathname).toBe(`/entra/${tenantId}/v2.0/adminconsent`)
  expect(Object.fromEntries(microsoft.searchParams)).toEqual({
    client_id: sandbox.environment(server.url)['ENTRA_CLIENT_ID'],
    scope: 'https://graph.microsoft.com/Mail.Read https://graph.microsoft.com/User.Read offline_access',
    redirect_uri: `${server.url}/oauth/microsoft/callback`,
    state,
  })
  expect(page.headers.getSetCookie().join()).toMatch(
    /^mailboard-approval=approve\.[\w.-]+; Max-Age=3600; Path=\/; .*HttpOnly; SameSite=Lax$/,
  )
  expect(html).toMatch(/<h1>Approve Mailboard for your organization<\/h1>/)
  expect(html).toContain('Security questions and answers')
})

test('it loads nothing, runs nothing, is framed by nobody and is not kept', async () => {
  const { page, html } = await opened()
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/)
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(html).not.toMatch(/<script|<img|<form|eyJ/)
  for (const { name, address, objectId } of sandbox.entra.people)
    for (const said of [name, address, objectId]) expect(html).not.toContain(said)
})

test.each([
  ['fr-FR,fr;q=0.9', 'Approuver Mailboard pour votre organisation'],
  ['fr', 'Approuver Mailboard pour votre organisation'],
  ['de-DE, fr;q=0.5, en;q=0.1', 'Approuver Mailboard pour votre organisation'],
  ['en-US', 'Approve Mailboard for your organization'],
  ['ja', 'Approve Mailboard for your organization'],
])('who reads %s is told %s', async (language, title) => {
  expect((await opened(language)).html).toContain(title)
})

test('a tenant’s id is taken in capitals too', async () => {
  const page = await open(`/approve/${tenantId.toUpperCase()}`)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(`/entra/${tenantId}/v2.0/adminconsent`)])
})

test.each([
  '',
  'common',
  'organizations',
  'consumers',
  'contoso.onmicrosoft.com',
  '00000000-0000-0000-0000-000000000000',
  '9188040d-6c67-4c5b-b112-36a304b66dad',
  '11111111-2222-4333-8444-555555555555',
  '7a115719-3c5b-4e0d-9a41-6f2d8e70c50',
  '%7B7a115719-3c5b-4e0d-9a41-6f2d8e70c503%7D',
  '7a1157193c5b4e0d9a416f2d8e70c503',
  '7a115719-3c5b-4e0d-9a41-6f2d8e70c503%0d%0aSet-Cookie:%20x=y',
  '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  'https:%2F%2Fevil.example',
  '%2e%2e%2f',
  'a'.repeat(3000),
])('"%s" names no organisation: a page says so, and leads nowhere', async (id) => {
  const page = await open(`/approve/${id}`)
  const html = await page.text()
  expect([page.status, page.headers.get('location'), page.headers.getSetCookie()]).toEqual([404, null, []])
  expect(html).toContain('This link isn’t valid')
  expect(html).not.toMatch(/href=|alert|evil/)
  const french = await open(`/approve/${id}`, { 'accept-language': 'fr' })
  expect(await french.text()).toContain('Ce lien n’est pas valide')
})

test('only GET is answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const answer = await fetch(`${server.url}/approve/${tenantId}`, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
  }
})

describe('on the way back', () => {
  const approved = (tenant = tenantId) => ({
    admin_consent: 'True',
    tenant,
    scope: 'https://graph.microsoft.com/Mail.Read https://graph.microsoft.com/User.Read',
  })
  test.each([
    ['all was granted', () => approved(), 200, 'Mailboard is approved', 'Mailboard est approuvé'],
    [
      'granted without a list',
      () => ({ admin_consent: 'true', tenant: tenantId.toUpperCase() }),
      200,
      'Mailboard is approved',
      'Mailboard est approuvé',
    ],
    [
      'less was granted',
      () => ({ ...approved(), scope: 'https://graph.microsoft.com/User.Read' }),
      400,
      'Not everything was approved',
      'Tout n’a pas été approuvé',
    ],
    [
      'declined',
      () => ({ error: 'access_denied', error_description: 'AADSTS65004: declined', tenant: tenantId }),
      400,
      'Nothing was approved',
      'Rien n’a été approuvé',
    ],
    ['cancelled', () => ({ error: 'access_denied', error_subcode: 'cancel' }), 400, 'Nothing was approved', 'Rien n’a été approuvé'],
    ['not granted', () => ({ admin_consent: 'False', tenant: tenantId }), 400, 'Nothing was approved', 'Rien n’a été approuvé'],
    [
      'an account that may not',
      () => ({ error: 'permission_denied', error_description: 'x', tenant: tenantId }),
      400,
      'This account can’t approve',
      'Ce compte ne peut pas approuver',
    ],
    [
      'the same by its number',
      () => ({ error: 'access_denied', error_description: 'AADSTS90094: only an admin' }),
      400,
      'This account can’t approve',
      'Ce compte ne peut pas approuver',
    ],
    ['another tenant', () => approved(other), 400, 'That was another organization', 'C’était une autre organisation'],
    [
      'a registration that lacks a permission',
      () => ({ error: 'access_denied', error_description: 'AADSTS650056: Misconfigured application.' }),
      400,
      'Mailboard isn’t set up completely',
      'Mailboard n’est pas entièrement configuré',
    ],
    [
      'a wrong request',
      () => ({ error: 'invalid_client', error_description: 'AADSTS650052: x' }),
      400,
      'Mailboard isn’t set up completely',
      'Mailboard n’est pas entièrement configuré',
    ],
    ['Microsoft away', () => ({ error: 'temporarily_unavailable' }), 503, 'Microsoft is unavailable', 'Microsoft est indisponible'],
    ['an error that nobody knows', () => ({ error: '<script>alert(1)</script>' }), 400, 'The result is unknown', 'Le résultat est inconnu'],
    ['an answer without its parts', () => ({}), 400, 'The result is unknown', 'Le résultat est inconnu'],
    ['a consent of no tenant', () => ({ admin_consent: 'True' }), 400, 'The result is unknown', 'Le résultat est inconnu'],
  ])('%s', async (_, answerOf, status, english, french) => {
    for (const [language, title] of [
      ['en', english],
      ['fr', french],
    ] as const) {
      const { state, cookie } = await opened()
      const answer = await back({ ...answerOf(), state }, cookie, language)
      const html = await answer.text()
      expect([answer.status, answer.headers.get('location'), html.includes(title)]).toEqual([status, null, true])
      expect(html).not.toMatch(/alert|AADSTS|href=/)
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    }
  })

  test('a state that is forged, malformed, expired, of another browser or used before ends in one page', async () => {
    const { state, cookie } = await opened()
    const [, , until] = state.split('.')
    const second = await opened()
    const tampered = [state.replace(tenantId, other), state.replace(until ?? '', '1600000000'), `${state}x`, 'approve.x', 'approve.']
    const tries: [sent: string, cookie: string][] = [
      [state, ''],
      [state, second.cookie],
      [second.state, cookie],
      ...tampered.flatMap((each): [string, string][] => [
        [each, cookie],
        [each, `mailboard-approval=${each}`],
      ]),
    ]
    for (const [sent, held] of tries) {
      const answer = await back({ ...approved(), state: sent }, held)
      expect([sent, answer.status, (await answer.text()).includes('This page has expired')]).toEqual([sent, 400, true])
    }
    const without = await open(`/oauth/microsoft/callback?${new URLSearchParams(approved())}`, { cookie })
    expect([without.status, await without.text()]).toEqual([400, expect.stringContaining('This page has expired')])

    const first = await back({ ...approved(), state }, cookie)
    expect([first.status, first.headers.getSetCookie().join()]).toEqual([200, expect.stringMatching(/^mailboard-approval=;.*1970/)])
  })

  test('it connects nobody and keeps nothing', async () => {
    const { state, cookie } = await opened()
    await back({ ...approved(), state, code: 'a-code', id_token: 'a-token' }, cookie)
    expect(sandbox.vault.paths()).toEqual([])
    expect(sandbox.graph.ledger.entries).toEqual([])
  })
})

test.each([
  ['en', '# Security and IT: questions and answers'],
  ['fr', '# Sécurité'],
])('the security answers are given as text, in %s', async (language, title) => {
  const answer = await open('/security', { 'accept-language': language })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  expect((await answer.text()).slice(0, 200)).toContain(title)
})
