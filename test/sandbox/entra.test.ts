import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Person } from '../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { ask, askToken, exchange, people } from './clients.ts'

let sandbox: Sandbox
let camille: Person
let yanis: Person
let ruth: Person

beforeAll(async () => {
  sandbox = await startSandbox({ serverUrl: 'http://localhost:3000' })
  ;({ camille, yanis, ruth } = people(sandbox))
})
afterAll(() => sandbox.stop())
beforeEach(() => {
  sandbox.entra.revokeConsent(camille)
  sandbox.entra.grant(camille, ['Mail.Read', 'User.Read'])
})

describe('metadata and keys', () => {
  test('the shared endpoint has a template for issuer, a tenant its own', async () => {
    const shared = await ask(`${sandbox.url}/entra/organizations/v2.0/.well-known/openid-configuration`)
    expect(shared.body.issuer).toBe(`${sandbox.url}/entra/{tenantid}/v2.0`)
    const own = await ask(`${sandbox.url}/entra/${camille.tenantId}/v2.0/.well-known/openid-configuration`)
    expect(own.body.issuer).toBe(`${sandbox.url}/entra/${camille.tenantId}/v2.0`)
    expect((await ask(`${sandbox.url}/entra/${camille.objectId}/v2.0/.well-known/openid-configuration`)).status).toBe(400)
  })

  test('an access token for our own API is signed by a published key', async () => {
    const keys = createRemoteJWKSet(new URL(`${sandbox.url}/entra/organizations/discovery/v2.0/keys`))
    const { payload } = await jwtVerify(await sandbox.entra.accessToken(camille), keys, {
      issuer: `${sandbox.url}/entra/${camille.tenantId}/v2.0`,
    })
    expect(payload).toMatchObject({ tid: camille.tenantId, oid: camille.objectId, scp: 'access_as_user', ver: '2.0' })
    const forged = await sandbox.entra.accessToken(camille, { kid: 'not-published' })
    await expect(jwtVerify(forged, keys)).rejects.toThrow(/no applicable key/i)
  })
})

describe('on behalf of', () => {
  test('gives an opaque Graph token, and a refresh token only for offline_access', async () => {
    const offline = await exchange(sandbox, camille)
    expect(offline.status).toBe(200)
    expect(offline.body.access_token.split('.')).toHaveLength(1)
    expect(offline.body.refresh_token).toEqual(expect.any(String))
    const online = await exchange(sandbox, camille, { scope: 'Mail.Read' })
    expect(online.body.refresh_token).toBeUndefined()
    expect(online.body.scope).toBe('https://graph.microsoft.com/Mail.Read')
  })

  test.each([
    ['an assertion for another audience', { aud: '00000003-0000-0000-c000-000000000000' }, 500131],
    ['an expired assertion', { lifetimeSeconds: -400 }, 500133],
    ['an app-only assertion', { scp: null, idtyp: 'app', roles: ['Mail.Read'] }, 50013],
    ['an unsigned assertion', { alg: 'none' }, 50013],
    ['an assertion signed with the public key', { alg: 'HS256' }, 50013],
    ['an assertion of an unknown key', { kid: 'unknown' }, 50013],
    ['an assertion of another tenant', { tid: '11111111-1111-4111-8111-111111111111' }, 50013],
  ])('refuses %s', async (_name, overrides, code) => {
    const answer = await exchange(sandbox, camille, { assertion: await sandbox.entra.accessToken(camille, overrides) })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: 'invalid_grant', error_codes: [code] })
  })

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['no secret', { client_secret: '' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'someone-else' }, 400, 'unauthorized_client'],
    ['an unknown scope', { scope: 'Mail.Everything' }, 400, 'invalid_scope'],
    ['scopes of two resources', { scope: 'Mail.Read api://6d41b0a2-0000-4000-8000-00000000b0a2/access_as_user' }, 400, 'invalid_scope'],
    ['a missing requested_token_use', { requested_token_use: '' }, 400, 'invalid_request'],
    ['an unknown grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no assertion', { assertion: '' }, 400, 'invalid_request'],
  ])('refuses %s', async (_name, form, status, error) => {
    const answer = await exchange(sandbox, camille, form)
    expect([answer.status, answer.body.error]).toEqual([status, error])
  })

  test('missing consent is told as consent_required', async () => {
    const answer = await exchange(sandbox, yanis)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: 'invalid_grant', suberror: 'consent_required', error_codes: [65001] })
    const partly = await exchange(sandbox, camille, { scope: 'Mail.Read Mail.Send' })
    expect(partly.body.suberror).toBe('consent_required')
  })

  test('another tenant’s endpoint and the shared one are refused', async () => {
    const assertion = await sandbox.entra.accessToken(camille)
    for (const tenant of [ruth.tenantId, 'organizations']) {
      const form = {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        assertion,
        scope: 'Mail.Read',
      }
      expect((await askToken(sandbox, tenant, form)).body.error_codes).toEqual([50013])
    }
  })

  test('a stronger sign-in is demanded with claims, and met by a token that answers them', async () => {
    sandbox.entra.requireStrongerSignIn(camille, true)
    const refused = await exchange(sandbox, camille)
    expect(refused.body).toMatchObject({ error: 'interaction_required', error_codes: [50076] })
    expect(JSON.parse(refused.body.claims).access_token.acrs.value).toBe('c1')
    const assertion = await sandbox.entra.accessToken(camille, { acrs: ['c1'] })
    expect((await exchange(sandbox, camille, { assertion })).status).toBe(200)
    sandbox.entra.requireStrongerSignIn(camille, false)
  })
})

describe('refresh', () => {
  const refreshWith = (token: string, tenant = camille.tenantId) =>
    askToken(sandbox, tenant, { grant_type: 'refresh_token', refresh_token: token })

  test('gives a new refresh token, and the old one stays good', async () => {
    const first = (await exchange(sandbox, camille)).body.refresh_token
    const second = (await refreshWith(first)).body.refresh_token
    expect(second).not.toBe(first)
    expect((await refreshWith(first)).status).toBe(200)
  })

  test('with strict rotation a used one is refused', async () => {
    const first = (await exchange(sandbox, camille)).body.refresh_token
    sandbox.entra.strictRotation(true)
    expect((await refreshWith(first)).status).toBe(200)
    expect((await refreshWith(first)).body.error).toBe('invalid_grant')
    sandbox.entra.strictRotation(false)
  })

  test.each<[string, () => void, () => void, string, number]>([
    ['a revoked grant', () => sandbox.entra.revoke(camille), () => undefined, 'invalid_grant', 50173],
    [
      'a disabled account',
      () => sandbox.entra.disablePerson(camille, true),
      () => sandbox.entra.disablePerson(camille, false),
      'invalid_grant',
      50057,
    ],
    ['a bad secret', () => sandbox.entra.failClientSecret(true), () => sandbox.entra.failClientSecret(false), 'invalid_client', 7000215],
    ['a withdrawn consent', () => sandbox.entra.revokeConsent(camille), () => undefined, 'invalid_grant', 65001],
  ])('is refused for %s', async (_name, spoil, mend, error, code) => {
    const token = (await exchange(sandbox, camille)).body.refresh_token
    spoil()
    const { body } = await refreshWith(token)
    mend()
    expect([body.error, body.error_codes]).toEqual([error, [code]])
  })

  test('another tenant’s endpoint and an unknown token are refused', async () => {
    const token = (await exchange(sandbox, camille)).body.refresh_token
    expect((await refreshWith(token, ruth.tenantId)).body.error).toBe('invalid_grant')
    expect((await refreshWith('1.unknown')).body.error).toBe('invalid_grant')
  })

  test('the ledger names grant, person and outcome, and no token', async () => {
    sandbox.entra.ledger.clear()
    const { body } = await exchange(sandbox, camille)
    await refreshWith(body.refresh_token)
    expect(sandbox.entra.ledger.entries.map(({ grant, person, outcome }) => [grant, person, outcome])).toEqual([
      ['on_behalf_of', camille.objectId, 'ok'],
      ['refresh_token', camille.objectId, 'ok'],
    ])
    expect(JSON.stringify(sandbox.entra.ledger.entries)).not.toContain(body.refresh_token)
  })
})
