import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { ResponseBodyError } from 'openid-client'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { readConfig } from '../../../server/config.ts'
import { openEntra } from '../../../server/connections/entra.ts'
import { judgeConsentError, judgeTokenError } from '../../../server/connections/entra-refusal.ts'
import { covers, permissionsFrom, scopesFrom } from '../../../server/connections/scopes.ts'
import { trustedCertificate } from '../../support/outlook-host/certificate.ts'

const refusedWith = (body: Record<string, unknown>, status = 400) =>
  judgeTokenError(new ResponseBodyError('refused', { cause: { error: '', ...body }, response: new Response(null, { status }) }))

describe('what Entra says', () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
  test.each([
    ['no consent', { error: 'invalid_grant', suberror: 'consent_required', error_codes: [65001] }, { verdict: 'consent-required' }],
    ['no consent, by its number alone', { error: 'invalid_grant', error_codes: [65001] }, { verdict: 'consent-required' }],
    ['an administrator', { error: 'invalid_grant', error_codes: [90094] }, { verdict: 'approval-required' }],
    ['an administrator, by a policy', { error: 'consent_required', error_codes: [90093] }, { verdict: 'approval-required' }],
    ['a request that was sent', { error: 'access_denied', error_codes: [90095] }, { verdict: 'approval-required' }],
    ['a new app', { error: 'unauthorized_client', error_codes: [900941] }, { verdict: 'approval-required' }],
    [
      'an administrator, in the text alone',
      { error: 'invalid_grant', error_description: 'AADSTS90094: x' },
      { verdict: 'approval-required' },
    ],
    ['a registration that lacks it', { error: 'invalid_client', error_codes: [650056] }, { verdict: 'operator', code: 'misconfigured' }],
    ['a second factor', { error: 'interaction_required', suberror: 'basic_action', claims }, { verdict: 'interaction-required', claims }],
    ['a sign-in', { error: 'login_required' }, { verdict: 'interaction-required', claims: undefined }],
    [
      'an old password',
      { error: 'invalid_grant', suberror: 'user_password_expired' },
      { verdict: 'interaction-required', claims: undefined },
    ],
    ['a revoked grant', { error: 'invalid_grant', error_codes: [50173] }, { verdict: 'revoked' }],
    ['a grant that nobody used for long', { error: 'invalid_grant', error_codes: [700082] }, { verdict: 'revoked' }],
    ['a disabled account', { error: 'invalid_grant', error_codes: [50057] }, { verdict: 'revoked' }],
    ['a rule of the organisation', { error: 'access_denied', error_codes: [53003] }, { verdict: 'blocked' }],
    ['an assertion out of time', { error: 'invalid_grant', error_codes: [500133] }, { verdict: 'bad-assertion' }],
    ['a wrong secret', { error: 'invalid_client', error_codes: [7000215] }, { verdict: 'operator', code: 'invalid_client' }],
    ['an unknown application', { error: 'unauthorized_client' }, { verdict: 'operator', code: 'unauthorized_client' }],
    ['a scope that it does not know', { error: 'invalid_scope' }, { verdict: 'operator', code: 'invalid_scope' }],
    ['a word with text in it', { error: 'see <script>' }, { verdict: 'operator', code: 'unknown' }],
  ])('%s is a verdict', (_, body, verdict) => {
    expect(refusedWith(body)).toEqual(verdict)
  })

  test.each([
    ['a loop', { error: 'invalid_grant', error_codes: [50196] }, 400],
    ['a fault of its own', { error: 'temporarily_unavailable' }, 400],
    ['too many requests', { error: 'invalid_grant' }, 429],
  ])('%s is an outage', (_, body, status) => {
    expect(refusedWith(body, status)).toMatchObject({ verdict: 'outage', error: { service: 'entra' } })
  })

  test.each([
    [{ error: 'access_denied', error_description: 'AADSTS90094: x' }, 'approval-required'],
    [{ error: 'access_denied', error_subcode: 'cancel', error_description: 'AADSTS90093: demande des autorisations' }, 'approval-required'],
    [{ error: 'consent_required', error_description: 'AADSTS900941: x\r\nTrace ID: 1' }, 'approval-required'],
    [{ error: 'access_denied', error_uri: 'https://login.example/error?code=90095' }, 'approval-required'],
    [{ error: 'access_denied', error_subcode: 'cancel', error_description: 'AADSTS65004: x' }, 'declined'],
    [{ error: 'access_denied', error_description: 'AADSTS900945678: x' }, 'declined'],
    [{ error: ['a', 'b'], error_description: ['AADSTS90094', 'x'] }, 'declined'],
    [{ error: 'access_denied', error_description: 'AADSTS650056: x' }, 'operator'],
    [{ error: 'server_error' }, 'outage'],
  ])('a window that brings back %p is judged %s', (query, verdict) => {
    expect(judgeConsentError(query)).toBe(verdict)
  })

  test('a fault of ours is none of Entra’s', () => {
    expect(() => judgeTokenError(new RangeError('ours'))).toThrow('ours')
  })
})

describe('scopes', () => {
  test.each([
    ['https://graph.microsoft.com/v1.0', 'https://graph.microsoft.com/Mail.Read'],
    ['http://127.0.0.1:4010/v1.0', 'https://graph.microsoft.com/Mail.Read'],
    ['https://graph.microsoft.us/v1.0', 'https://graph.microsoft.us/Mail.Read'],
  ])('for %s', (graphUrl, scope) => {
    expect(scopesFrom(['Mail.Read'], graphUrl)).toBe(scope)
  })

  test('are told by their short names', () => {
    expect(permissionsFrom('https://graph.microsoft.com/Mail.Read User.Read openid profile')).toEqual(['Mail.Read', 'User.Read'])
  })

  test.each([
    [['Mail.Read', 'User.Read'], ['mail.read'], true],
    [['Mail.ReadWrite'], ['Mail.Read'], true],
    [['User.Read'], ['Mail.Read'], false],
  ])('%p for %p', (granted, wanted, enough) => {
    expect(covers(granted, wanted)).toBe(enough)
  })
})

describe('with the stand-in', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  afterAll(() => sandbox.stop())

  test('a certificate proves who the server is', async () => {
    const { cert, key, keyPath, forget } = await trustedCertificate()
    // One file with both, as an operator has it.
    const path = `${keyPath}.both`
    writeFileSync(path, `${key}\n${cert}`)
    await sandbox.entra.registerCertificate(cert)
    const { ENTRA_CLIENT_SECRET: _, ...environment } = sandbox.environment('http://localhost:1')
    const entra = openEntra(readConfig({ ...environment, ENTRA_CLIENT_CERTIFICATE: path }))
    const [person] = sandbox.entra.people
    if (person === undefined) throw new Error('nobody')
    sandbox.entra.grant(person, ['Mail.Read'])
    const assertion = await sandbox.entra.accessToken(person)
    const answer = await entra.exchangeOnBehalfOf({ tenantId: person.tenantId, assertion, scopes: ['Mail.Read'] })
    expect(answer).toMatchObject({ grant: { scopes: ['Mail.Read'], refreshToken: expect.any(String) } })
    const { grant } = answer as Extract<typeof answer, { grant: unknown }>
    const refreshed = await entra.refresh({ tenantId: person.tenantId, refreshToken: grant.refreshToken ?? '', scopes: ['Mail.Read'] })
    expect(refreshed).toMatchObject({ grant: { scopes: ['Mail.Read'] } })
    forget()
  })

  test('the metadata of a tenant is read once', async () => {
    const entra = openEntra(readConfig(sandbox.environment('http://localhost:1')))
    const metadata = sandbox.misbehave('entra', { match: { path: /openid-configuration$/ }, delayMs: 1 })
    const asking = { scopes: ['Mail.Read'], state: 's', nonce: 'n', verifier: 'v'.repeat(43) }
    const [tenantId = ''] = sandbox.entra.people.map((person) => person.tenantId)
    await Promise.all([1, 2, 3].map(() => entra.authorizationUrl({ tenantId, ...asking })))
    expect(metadata.seen()).toBe(1)
    metadata.clear()
  })
})
