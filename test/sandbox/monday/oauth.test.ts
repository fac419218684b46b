import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import type { Person } from '../../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { ask, people } from '../clients.ts'
import { mondayClient } from './monday-client.ts'

let sandbox: Sandbox
let camille: Person
let env: Record<string, string>
const redirect = 'http://localhost:3000/oauth/monday/callback'

beforeAll(async () => {
  sandbox = await startSandbox()
  ;({ camille } = people(sandbox))
  env = sandbox.environment('http://localhost:3000')
})
afterAll(() => sandbox.stop())

const discover = () => ask(`${env['MONDAY_OAUTH_URL']}/.well-known/oauth-authorization-server`)
const client = () => ({ client_id: env['MONDAY_CLIENT_ID']!, client_secret: env['MONDAY_CLIENT_SECRET']! })
const post = (address: string, form: Record<string, string>) =>
  ask(address, { method: 'POST', body: new URLSearchParams({ ...client(), ...form }) })

async function authorized(endpoint: string, more: Record<string, string> = {}) {
  const parameters = { client_id: env['MONDAY_CLIENT_ID']!, redirect_uri: redirect, scope: 'me:read boards:read', state: 's', ...more }
  const address = `${endpoint}?${new URLSearchParams(parameters)}`
  return new URL(await sandbox.monday.answerAuthorize(address, camille))
}

const proof = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, more: { code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' } }
}

test('by discovery: a code with its proof gives tokens, and each refresh token is good once', async () => {
  const { body } = await discover()
  const { verifier, more } = proof()
  const back = await authorized(body.authorization_endpoint, more)
  expect(back.origin + back.pathname).toBe(redirect)
  expect(back.searchParams.get('state')).toBe('s')
  const form = { grant_type: 'authorization_code', redirect_uri: redirect, code: back.searchParams.get('code')!, code_verifier: verifier }
  const first = (await post(body.token_endpoint, form)).body
  expect(first).toEqual({ access_token: expect.any(String), refresh_token: expect.any(String), token_type: 'Bearer', scope: 'me:read boards:read' }) // prettier-ignore
  expect(decodeJwt(first.access_token).exp! - sandbox.monday.now() / 1000).toBeGreaterThan(3500)
  expect((await mondayClient(sandbox, first.access_token)('{ me { email } }')).body.data.me.email).toBe(camille.address)
  expect((await post(body.token_endpoint, form)).body.error).toBe('invalid_grant')

  const refresh = (token: string) => post(body.token_endpoint, { grant_type: 'refresh_token', refresh_token: token })
  const second = (await refresh(first.refresh_token)).body
  expect((await refresh(first.refresh_token)).body.error).toBe('invalid_grant')
  expect(second.refresh_token).not.toBe(first.refresh_token)
  await post(body.revocation_endpoint, { token: second.refresh_token })
  expect((await refresh(second.refresh_token)).body.error).toBe('invalid_grant')
  expect((await mondayClient(sandbox, second.access_token)('{ me { id } }')).status).toBe(401)
})

test('refused are another proof, another address, another secret, and a request without a proof', async () => {
  const { body } = await discover()
  const { more } = proof()
  const code = async () => (await authorized(body.authorization_endpoint, more)).searchParams.get('code')!
  const redeem = async (form: Record<string, string>) =>
    (await post(body.token_endpoint, { grant_type: 'authorization_code', redirect_uri: redirect, code: await code(), ...form })).body.error
  expect(await redeem({ code_verifier: 'another' })).toBe('invalid_grant')
  expect(await redeem({ redirect_uri: 'http://localhost:3000/other' })).toBe('invalid_grant')
  expect(await redeem({ client_secret: 'wrong' })).toBe('invalid_client')
  expect((await authorized(body.authorization_endpoint)).searchParams.get('error')).toBe('invalid_request')
  expect((await authorized(body.authorization_endpoint, { ...more, scope: 'all:things' })).searchParams.get('error')).toBe('invalid_scope')
  await expect(authorized(body.authorization_endpoint, { ...more, redirect_uri: 'http://evil.example' })).rejects.toThrow('400')
})

test('who declines goes back without a code; the page shows who there is', async () => {
  const { body } = await discover()
  const { more } = proof()
  const parameters = new URLSearchParams({ client_id: env['MONDAY_CLIENT_ID']!, redirect_uri: redirect, state: 's', ...more })
  const address = `${body.authorization_endpoint}?${parameters}`
  expect((await ask(address)).body).toContain(camille.name)
  const back = new URL(await sandbox.monday.answerAuthorize(address, camille, 'deny'))
  expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 's' })
})

test('the older flow: no discovery, no proof, a token without an end', async () => {
  sandbox.monday.behave({ oauth: 'legacy' })
  expect((await discover()).status).toBe(404)
  const back = await authorized(`${env['MONDAY_OAUTH_URL']}/authorize`)
  const { body } = await post(`${env['MONDAY_OAUTH_URL']}/token`, { code: back.searchParams.get('code')!, redirect_uri: redirect })
  expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', scope: 'me:read boards:read' })
  sandbox.monday.advance(365 * 86_400_000)
  expect((await mondayClient(sandbox, body.access_token)('{ me { id } }')).status).toBe(200)
})
