import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Request } from 'express'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { type Asking, authenticator } from '../../../server/api/authenticate.ts'
import { openEntraKeys } from '../../../server/api/entra-keys.ts'
import { type OpenDatabase, openDatabase } from '../../../server/database/database.ts'
import { signInHash } from '../../../server/people/erased-sign-ins.ts'
import { type OpenTestDatabase, openTestDatabase } from '../../support/databases.ts'

const clientId = '7d1f3f0e-52f1-4f7b-9d0a-6f0c8b1f3a11'
const tid = '5f1a0e1c-0c4e-4c1e-9f4e-1c1b1a1d1e1f'
const otherTid = '6f1a0e1c-0c4e-4c1e-9f4e-1c1b1a1d1e1f'
const otherClient = '8d1f3f0e-52f1-4f7b-9d0a-6f0c8b1f3a11'
const oid = '0a1b2c3d-0c4e-4c1e-9f4e-1c1b1a1d1e1f'

const pair = await generateKeyPair('RS256', { extractable: true })
const foreign = await generateKeyPair('RS256', { extractable: true })
const elliptic = await generateKeyPair('ES256', { extractable: true })

let entra: Server
let authority: string
let storage: OpenTestDatabase
let database: OpenDatabase
let fetches: { metadata: number; keys: number }
let isAway = false

beforeAll(async () => {
  const key = { ...(await exportJWK(pair.publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }
  const bound = { ...key, kid: 'bound' }
  entra = createServer((request, response) => {
    if (isAway) return void response.writeHead(503).end()
    response.setHeader('content-type', 'application/json')
    if (request.url?.endsWith('/openid-configuration')) {
      fetches.metadata += 1
      const [, tenant] = request.url.split('/')
      const issuer = `${authority}/${tenant === 'organizations' ? '{tenantid}' : tenant}/v2.0`
      return void response.end(JSON.stringify({ issuer, jwks_uri: `${authority}/keys` }))
    }
    fetches.keys += 1
    response.end(JSON.stringify({ keys: [key, { ...bound, issuer: `${authority}/${otherTid}/v2.0` }] }))
  })
  await new Promise<void>((resolve) => entra.listen(0, '127.0.0.1', resolve))
  authority = `http://127.0.0.1:${(entra.address() as AddressInfo).port}`
  storage = await openTestDatabase('pglite')
  database = await openDatabase({ databaseUrl: null, dataDir: storage.env.DATA_DIR })
})
afterAll(async () => {
  entra.close()
  await database.close()
  await storage.drop()
})
beforeEach(() => {
  fetches = { metadata: 0, keys: 0 }
  isAway = false
})

type Settings = { tenantId?: string; allowedTenants?: string[] | null; allowedClients?: string[] }

function gate({ tenantId = 'organizations', allowedTenants = null, allowedClients = [] }: Settings = {}) {
  const settings = { authority, tenantId, allowedTenants, allowedClients, clientId, clientSecret: 's', clientCertificatePath: null }
  const authenticate = authenticator({
    config: { entra: settings },
    db: database.db,
    entraKeys: openEntraKeys(settings),
    hashOf: signInHash(settings),
  })
  return (authorization?: string, asking?: Asking) => authenticate({ get: () => authorization } as unknown as Request, asking)
}

const seconds = () => Math.floor(Date.now() / 1000)

const claims = (overrides: Record<string, unknown> = {}) => ({
  iss: `${authority}/${tid}/v2.0`,
  aud: clientId,
  tid,
  oid,
  ver: '2.0',
  scp: 'access_as_user',
  azp: clientId,
  azpacr: '0',
  name: 'Camille Martin',
  nbf: seconds() - 5,
  iat: seconds() - 5,
  exp: seconds() + 600,
  ...overrides,
})

const sign = (payload: object, { kid = 'k1', key = pair.privateKey, alg = 'RS256' } = {}) =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(key)

test('a user who signed in is let in, and known again', async () => {
  const knock = gate()
  const first = await knock(`Bearer ${await sign(claims({ roles: ['Mailboard.Admin'] }))}`)
  expect(first.person).toMatchObject({ tenantId: tid, objectId: oid, displayName: 'Camille Martin', roles: ['Mailboard.Admin'] })
  const second = await knock(`Bearer ${await sign(claims({ name: 'Camille Durand' }))}`)
  expect(second.person).toMatchObject({ personId: first.person.personId, displayName: 'Camille Durand', roles: [] })
})

test('a clock that is a minute off is forgiven, no more', async () => {
  const knock = gate()
  await knock(`Bearer ${await sign(claims({ exp: seconds() - 50 }))}`)
  await knock(`Bearer ${await sign(claims({ nbf: seconds() + 50 }))}`)
  await expect(knock(`Bearer ${await sign(claims({ exp: seconds() - 90 }))}`)).rejects.toMatchObject({ code: 'unauthorized' })
  await expect(knock(`Bearer ${await sign(claims({ nbf: seconds() + 90 }))}`)).rejects.toMatchObject({ code: 'unauthorized' })
})

const tampered = async () => {
  const [head, , signature] = (await sign(claims())).split('.')
  return `${head}.${Buffer.from(JSON.stringify(claims({ oid: tid }))).toString('base64url')}.${signature}`
}

test.each<[string, () => string | undefined | Promise<string | undefined>]>([
  ['nothing', () => undefined],
  ['no token', () => 'Bearer '],
  ['another scheme', async () => `Basic ${await sign(claims())}`],
  ['rubbish', () => 'Bearer a.b.c'],
  ['alg none', () => `Bearer ${new UnsecuredJWT(claims()).encode()}x`],
  ['another algorithm', async () => `Bearer ${await sign(claims(), { key: elliptic.privateKey, alg: 'ES256' })}`],
  ['a foreign key under a known name', async () => `Bearer ${await sign(claims(), { key: foreign.privateKey })}`],
  ['an unknown key', async () => `Bearer ${await sign(claims(), { kid: 'k9' })}`],
  ['changed content', async () => `Bearer ${await tampered()}`],
  ['a Graph token', async () => `Bearer ${await sign(claims({ aud: '00000003-0000-0000-c000-000000000000' }))}`],
  ['an ID token', async () => `Bearer ${await sign(claims({ scp: undefined }))}`],
  ['an app-only token', async () => `Bearer ${await sign(claims({ scp: undefined, idtyp: 'app', roles: ['access_as_user'] }))}`],
  ['an app that has a scope', async () => `Bearer ${await sign(claims({ idtyp: 'app' }))}`],
  ['another scope', async () => `Bearer ${await sign(claims({ scp: 'access_as_user_2 other' }))}`],
  ['version 1', async () => `Bearer ${await sign(claims({ ver: '1.0' }))}`],
  ['another issuer', async () => `Bearer ${await sign(claims({ iss: `https://evil.example/${tid}/v2.0` }))}`],
  ["another tenant's issuer", async () => `Bearer ${await sign(claims({ iss: `${authority}/${otherTid}/v2.0` }))}`],
  ["another tenant's key", async () => `Bearer ${await sign(claims(), { kid: 'bound' })}`],
  ['no tenant', async () => `Bearer ${await sign(claims({ tid: undefined }))}`],
  ['no object id', async () => `Bearer ${await sign(claims({ oid: undefined }))}`],
  ['an object id that is none', async () => `Bearer ${await sign(claims({ oid: "x' or 1=1" }))}`],
  ['no client', async () => `Bearer ${await sign(claims({ azp: undefined }))}`],
  ['another client', async () => `Bearer ${await sign(claims({ azp: otherClient }))}`],
  ['a client that is no text', async () => `Bearer ${await sign(claims({ azp: [clientId] }))}`],
  ['a client that begins like ours', async () => `Bearer ${await sign(claims({ azp: `${clientId}0` }))}`],
  ['a client of version 1', async () => `Bearer ${await sign(claims({ azp: undefined, appid: clientId, appidacr: '0' }))}`],
  ['our own client with a secret', async () => `Bearer ${await sign(claims({ azpacr: '1' }))}`],
  ['our own client with a certificate', async () => `Bearer ${await sign(claims({ azpacr: '2' }))}`],
  ['our own client, in no known way', async () => `Bearer ${await sign(claims({ azpacr: null }))}`],
  ['no end', async () => `Bearer ${await sign(claims({ exp: undefined }))}`],
])('%s is refused', async (_name, token) => {
  await expect(gate()(await token())).rejects.toMatchObject({ code: 'unauthorized' })
})

test('our own client may leave out how it proved who it is', async () => {
  await gate()(`Bearer ${await sign(claims({ azpacr: undefined }))}`)
  await gate()(`Bearer ${await sign(claims({ azp: clientId.toUpperCase() }))}`)
})

test('a client that the operator lists is let in, however it proves who it is; our own still is', async () => {
  const knock = gate({ allowedClients: [otherClient] })
  for (const azpacr of ['0', '1', '2', undefined]) await knock(`Bearer ${await sign(claims({ azp: otherClient, azpacr }))}`)
  await knock(`Bearer ${await sign(claims())}`)
  await expect(knock(`Bearer ${await sign(claims({ azp: tid }))}`)).rejects.toMatchObject({ code: 'unauthorized' })
})

describe.each([
  ['the one that is named', (only: string) => ({ tenantId: only })],
  ['those that are allowed', (only: string) => ({ allowedTenants: [only] })],
])('of all tenants %s is served', (_name, settings) => {
  const stranger = async () => `Bearer ${await sign(claims({ oid: crypto.randomUUID() }))}`
  /** Opened when it is used: the authority is not there before. */
  const inOther = () => gate(settings(otherTid))
  const peopleNow = async () => (await database.db.selectFrom('people').select('id').execute()).length

  test('its people are let in', async () => {
    await gate(settings(tid))(`Bearer ${await sign(claims())}`)
  })

  test('somebody of another who is not known is refused, and not written down', async () => {
    const before = await peopleNow()
    await expect(inOther()(await stranger())).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(inOther()(await stranger(), { afterOffboarding: true })).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(inOther()(await stranger(), { afterOffboarding: true, unrecorded: true })).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await peopleNow()).toBe(before)
  })

  test('somebody of another who is known may leave, and nothing else', async () => {
    const known = `Bearer ${await sign(claims())}`
    const { person } = await gate()(known)
    await expect(inOther()(known)).rejects.toMatchObject({ code: 'tenant-not-allowed' })
    expect((await inOther()(known, { afterOffboarding: true })).person.personId).toBe(person.personId)
    const forged = `Bearer ${await sign(claims(), { key: foreign.privateKey })}`
    await expect(inOther()(forged, { afterOffboarding: true })).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('somebody of another who was erased reads the receipt, also signed in anew, and nothing else', async () => {
    const objectId = crypto.randomUUID()
    const who = signInHash({ clientSecret: 's', clientCertificatePath: null })({ tenantId: tid, objectId })
    const hour = 3_600_000
    const erased_at = new Date(Date.now() - hour)
    await database.db
      .insertInto('erased_sign_ins')
      .values({ who, erased_at, until: new Date(Date.now() + hour) })
      .execute()
    const anew = `Bearer ${await sign(claims({ oid: objectId }))}`
    await inOther()(anew, { afterOffboarding: true, unrecorded: true })
    await expect(inOther()(anew, { afterOffboarding: true })).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('keys', () => {
  test('1,000 unknown ones are looked for once', async () => {
    const knock = gate()
    await knock(`Bearer ${await sign(claims())}`)
    const token = await sign(claims(), { kid: 'k9' })
    const refused = await Promise.allSettled(Array.from({ length: 1000 }, () => knock(`Bearer ${token}`)))
    expect(refused.every(({ status }) => status === 'rejected')).toBe(true)
    expect(fetches).toEqual({ metadata: 1, keys: 1 })
  })

  test('while Entra is away nobody is told to sign in again', async () => {
    const knock = gate()
    isAway = true
    await expect(knock(`Bearer ${await sign(claims())}`)).rejects.toMatchObject({ code: 'service-unavailable' })
  })

  test('known keys are used while Entra is away', async () => {
    const knock = gate()
    await knock(`Bearer ${await sign(claims())}`)
    isAway = true
    await knock(`Bearer ${await sign(claims())}`)
  })
})
