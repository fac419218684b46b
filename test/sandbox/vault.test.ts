import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { ask } from './clients.ts'

let sandbox: Sandbox
let env: Record<string, string>
let server: ReturnType<typeof vaultClient>

beforeAll(async () => {
  sandbox = await startSandbox()
  env = sandbox.environment('http://localhost:3000')
})
afterAll(() => sandbox.stop())
beforeEach(async () => {
  server = vaultClient(await login())
})

function vaultClient(token: string | null) {
  return (method: string, path: string, body?: unknown) =>
    ask(`${env['VAULT_ADDR']}/v1/${path}`, {
      method,
      headers: token === null ? {} : { 'x-vault-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
}

async function login(changes: Record<string, unknown> = {}): Promise<string> {
  const body = { role_id: sandbox.vault.roleIdAlone, secret_id: env['VAULT_SECRET_ID'], ...changes }
  return (await vaultClient(null)('POST', 'auth/approle/login', body)).body.auth?.client_token
}

const serverWithChildren = async () => vaultClient(await login({ role_id: env['VAULT_ROLE_ID'] }))

async function child(alias?: string) {
  const { body } = await (
    await serverWithChildren()
  )('POST', `auth/token/create/${env['VAULT_TOKEN_ROLE']}`, alias === undefined ? {} : { entity_alias: alias })
  return vaultClient(body.auth.client_token)
}

const write = (cas: number | null, value = 'one') => ({ data: { value }, ...(cas === null ? {} : { options: { cas } }) })

describe('logging in', () => {
  test('a token looks itself up, is renewed and revoked', async () => {
    expect((await server('GET', 'auth/token/lookup-self')).body.data.policies).toContain('mailboard-server-alone')
    expect((await server('PUT', 'auth/token/renew-self')).body.auth.renewable).toBe(true)
    expect((await server('POST', 'auth/token/revoke-self')).status).toBe(204)
    expect((await server('GET', 'auth/token/lookup-self')).status).toBe(403)
  })

  test('a wrong secret id is refused', async () => {
    expect(await login({ secret_id: 'wrong' })).toBeUndefined()
    expect((await vaultClient(null)('GET', 'mailboard/data/connections/a')).status).toBe(400)
  })

  test('an expired token is refused', async () => {
    sandbox.vault.setTokenLifetime(0)
    const expired = vaultClient(await login())
    sandbox.vault.setTokenLifetime(3600)
    expect((await expired('GET', 'auth/token/lookup-self')).body.errors[0]).toContain('permission denied')
  })
})

describe('keeping a secret', () => {
  test('check-and-set is demanded and kept', async () => {
    const path = 'mailboard/data/connections/cas'
    expect((await server('POST', path, write(null))).status).toBe(400)
    expect((await server('POST', path, write(0))).body.data.version).toBe(1)
    expect((await server('POST', path, write(0))).body.errors[0]).toContain('did not match')
    expect((await server('PUT', path, write(1, 'two'))).body.data.version).toBe(2)
    expect((await server('GET', path)).body.data).toMatchObject({ data: { value: 'two' }, metadata: { version: 2 } })
    expect((await server('DELETE', 'mailboard/metadata/connections/cas')).status).toBe(204)
    expect((await server('GET', path)).status).toBe(404)
    expect(sandbox.vault.versions('connections/cas')).toBe(0)
  })

  test.each([
    ['LIST', 'mailboard/metadata/connections'],
    ['GET', 'mailboard/metadata/connections?list=true'],
    ['GET', 'mailboard/data/others/a'],
    ['DELETE', 'mailboard/data/connections/a'],
    ['POST', 'mailboard/undelete/connections/a'],
    ['GET', 'sys/policies/acl/mailboard-server'],
    ['GET', 'sys/mounts'],
    ['POST', 'auth/token/create'],
    ['POST', 'auth/token/create/another-role'],
    ['GET', 'other/data/connections/a'],
  ])('%s %s is beyond the policy', async (method, path) => {
    expect((await server(method, path, method === 'POST' ? {} : undefined)).status).toBe(403)
  })

  test('a child token opens the path of its alias alone', async () => {
    const one = await child('6d61696c626f617264-1')
    expect((await one('POST', 'mailboard/data/connections/6d61696c626f617264-1', write(0))).status).toBe(200)
    expect((await one('GET', 'mailboard/data/connections/6d61696c626f617264-2')).status).toBe(403)
    expect((await one('POST', `auth/token/create/${env['VAULT_TOKEN_ROLE']}`, {})).status).toBe(403)
    expect((await (await child())('GET', 'mailboard/data/connections/6d61696c626f617264-1')).status).toBe(403)
  })

  test('the token role is bound to names of ours', async () => {
    const parent = await serverWithChildren()
    const answer = await parent('POST', `auth/token/create/${env['VAULT_TOKEN_ROLE']}`, { entity_alias: 'somebody-else' })
    expect(answer.status).toBe(400)
  })

  test('a revoked token takes its children with it', async () => {
    const parent = await serverWithChildren()
    const { body } = await parent('POST', `auth/token/create/${env['VAULT_TOKEN_ROLE']}`, { entity_alias: '6d61696c626f617264-3' })
    const one = vaultClient(body.auth.client_token)
    await parent('POST', 'auth/token/revoke-self')
    expect((await one('GET', 'auth/token/lookup-self')).status).toBe(403)
  })
})

test('a server with child tokens opens no connection itself', async () => {
  const own = await serverWithChildren()
  expect((await own('GET', 'mailboard/data/connections/6d61696c626f617264-1')).status).toBe(403)
  expect((await own('LIST', 'mailboard/metadata/connections')).status).toBe(403)
})

test('sealed, it refuses all but its health', async () => {
  sandbox.vault.seal()
  expect((await vaultClient(null)('GET', 'sys/health')).status).toBe(503)
  expect((await vaultClient(null)('GET', 'sys/seal-status')).body.sealed).toBe(true)
  const refused = await server('GET', 'auth/token/lookup-self')
  expect([refused.status, refused.body]).toEqual([503, { errors: ['Vault is sealed'] }])
  sandbox.vault.unseal()
  expect((await server('GET', 'auth/token/lookup-self')).status).toBe(200)
  expect((await vaultClient(null)('GET', 'sys/health')).status).toBe(200)
})
