import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { ask, askToken, people } from './clients.ts'

const redirectUri = 'http://localhost:3000/oauth/microsoft/callback'
const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

let sandbox: Sandbox
let camille: Person
let yanis: Person

beforeAll(async () => {
  sandbox = await startSandbox({ serverUrl: 'http://localhost:3000' })
  ;({ camille, yanis } = people(sandbox))
})
afterAll(() => sandbox.stop())
beforeEach(() => sandbox.entra.revokeConsent(camille))

function authorizeUrl(changes: Record<string, string | null> = {}): string {
  const env = sandbox.environment('http://localhost:3000')
  const usual: Record<string, string | null> = {
    client_id: env['ENTRA_CLIENT_ID']!,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'https://graph.microsoft.com/Mail.Read https://graph.microsoft.com/User.Read offline_access',
    state: 'state-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    login_hint: camille.address,
    ...changes,
  }
  const given = Object.entries(usual).filter((pair): pair is [string, string] => pair[1] !== null)
  return `${env['ENTRA_AUTHORITY']}/${camille.tenantId}/oauth2/v2.0/authorize?${new URLSearchParams(given)}`
}

const redeem = (code: string, changes: Record<string, string> = {}) =>
  askToken(sandbox, camille.tenantId, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changes,
  })

const accept = async (person?: Person) => new URL(await sandbox.entra.answerConsent(authorizeUrl(), 'accept', person)).searchParams

describe('the consent page', () => {
  test('shows who and which permissions, and gives a code once accepted', async () => {
    const page = await ask(authorizeUrl())
    expect(page.body).toContain('Read your mail')
    expect(page.body).toContain(camille.address)
    const answered = await accept()
    expect(answered.get('state')).toBe('state-1')
    const tokens = await redeem(answered.get('code')!)
    expect(tokens.status).toBe(200)
    expect(tokens.body.refresh_token).toEqual(expect.any(String))
  })

  test('is passed over when all has been granted, unless it is asked for', async () => {
    sandbox.entra.grant(camille, ['Mail.Read', 'User.Read'])
    expect((await ask(authorizeUrl())).headers.get('location')).toContain('code=')
    expect((await ask(authorizeUrl({ prompt: 'consent' }))).status).toBe(200)
  })

  test('declined, it says so and grants nothing', async () => {
    const location = new URL(await sandbox.entra.answerConsent(authorizeUrl(), 'decline'))
    expect([location.searchParams.get('error'), location.searchParams.get('state')]).toEqual(['access_denied', 'state-1'])
    expect((await ask(authorizeUrl({ prompt: 'none' }))).headers.get('location')).toContain('error=interaction_required')
  })

  test('another person may answer it, and the tokens are theirs', async () => {
    const { body } = await redeem((await accept(yanis)).get('code')!)
    const me = await ask(`${sandbox.url}/v1.0/me`, { headers: { authorization: `Bearer ${body.access_token}` } })
    expect(me.body.id).toBe(yanis.objectId)
  })

  test.each([
    ['an unknown client', { client_id: 'someone-else' }],
    ['a redirect address with another ending', { redirect_uri: `${redirectUri}/` }],
    ['a redirect address elsewhere', { redirect_uri: 'http://evil.example/callback' }],
  ])('%s is refused on the page, without a redirect', async (_name, changes) => {
    const answer = await ask(authorizeUrl(changes))
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  })

  test.each([
    ['no PKCE', { code_challenge: null }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['an unknown scope', { scope: 'Mail.Everything' }, 'invalid_scope'],
    ['no scope', { scope: null }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ])('%s sends the browser back with %s', async (_name, changes, error) => {
    const location = (await ask(authorizeUrl(changes))).headers.get('location')
    expect(new URL(location!).searchParams.get('error')).toBe(error)
  })

  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 501481],
    ['no verifier', { code_verifier: '' }, 90014],
    ['another redirect address', { redirect_uri: 'http://localhost:3000/' }, 50011],
    ['no secret', { client_secret: '' }, 7000218],
  ])('the code is refused with %s', async (_name, changes, code) => {
    expect((await redeem((await accept()).get('code')!, changes)).body.error_codes).toEqual([code])
  })

  test('a code works once', async () => {
    const code = (await accept()).get('code')!
    expect((await redeem(code)).status).toBe(200)
    expect((await redeem(code)).body.error_codes).toEqual([54005])
  })
})
