// Whatever answers in a service's place with a redirect wants the request again elsewhere, with the token, the secret or the
// user's refresh token that it carries. Each client of the server is driven through its real library against a listener.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { openEntraKeys } from '../../server/api/entra-keys.ts'
import { openEntra } from '../../server/connections/entra.ts'
import { openVault } from '../../server/connections/vault.ts'
import { graphFor } from '../../server/graph/graph-client.ts'
import { isOutage } from '../../server/upstream/upstream-error.ts'
import { startCanaryHost } from '../support/canary-host.ts'
import { failureOf } from '../support/failure.ts'
import { unrecorded } from '../support/unrecorded.ts'

const tenantId = '5f1a0e1c-0c4e-4c1e-9f4e-1c1b1a1d1e1f'
const key = 'a1'.repeat(20)
const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: '2030-01-01T00:00:00.000Z', displayName: 'Ann', scopes: [] }

type Asked = { method: string; url: string; headers: IncomingHttpHeaders }
/** `named`: the origin of the endpoints that its metadata names, if not its own. */
type Answers = { status: number; to: string; isServed?: (url: string) => boolean; named?: string }

/** Answers everything with a redirect, but what a service must say before the call that counts. */
async function aRedirector({ status, to, isServed = () => false, named }: Answers) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const { url = '', method = '', headers } = request
    asked.push({ url, method, headers })
    if (!isServed(url)) return void response.writeHead(status, { location: to }).end()
    const answer = url.endsWith('/openid-configuration')
      ? {
          issuer: `${origin}/{tenantid}/v2.0`,
          token_endpoint: `${named ?? origin}/token`,
          authorization_endpoint: `${named ?? origin}/authorize`,
          jwks_uri: `${named ?? origin}/keys`,
        }
      : { auth: { client_token: 'hvs.of-the-server', lease_duration: 3600 } }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return {
    origin,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const entraAt = (authority: string) => ({
  entra: {
    authority,
    clientId: 'client',
    clientSecret: 'secret',
    clientCertificatePath: null,
  },
  graphUrl: `${authority}/v1.0`,
  publicUrl: 'http://localhost:3000',
})
const vaultAt = (address: string) =>
  openVault({ vault: { address, roleId: 'role', secretId: 'secret-id', kvMount: 'mailboard', tokenRole: null } })
const graphAt = (origin: string) =>
  graphFor({
    graphUrl: `${origin}/v1.0`,
    mailboxId: crypto.randomUUID(),
    ...unrecorded,
    tokens: {
      current: async () => 'canary-token',
      refused: async (error) => {
        throw error
      },
    },
  })

const metadata = (url: string) => url.endsWith('/openid-configuration')
const login = (url: string) => url.endsWith('/login')

const calls: [what: string, call: (origin: string) => Promise<unknown>, isServed?: (url: string) => boolean][] = [
  ['Entra: the metadata, for keys', (origin) => openEntraKeys({ authority: origin, tenantId: 'organizations' })()],
  ['Entra: the keys', (origin) => openEntraKeys({ authority: origin, tenantId: 'organizations' })(), metadata],
  ['Entra: the metadata, for tokens', (origin) => openEntra(entraAt(origin)).refresh({ tenantId, refreshToken: 'r', scopes: [] })],
  ['Entra: a refresh', (origin) => openEntra(entraAt(origin)).refresh({ tenantId, refreshToken: 'r', scopes: [] }), metadata],
  ['Entra: an exchange', (origin) => openEntra(entraAt(origin)).exchangeOnBehalfOf({ tenantId, assertion: 'a', scopes: [] }), metadata],
  [
    'Entra: a code',
    (origin) =>
      openEntra(entraAt(origin)).exchangeCode({
        tenantId,
        search: '?code=c&state=s',
        state: 's',
        nonce: 'n',
        verifier: 'v'.repeat(43),
      }),
    metadata,
  ],
  ['Graph: JSON', (origin) => graphAt(origin).get('/me/messages/1')],
  ['Graph: a subscription', (origin) => graphAt(origin).post('/subscriptions', { clientState: 'secret' })],
  ['Graph: a renewal', (origin) => graphAt(origin).patch('/subscriptions/1', {})],
  ['Graph: an end', (origin) => graphAt(origin).delete('/subscriptions/1')],
  ['Graph: a file', (origin) => graphAt(origin).stream('/me/messages/1/attachments/2/$value')],
  ['Vault: the login', (origin) => vaultAt(origin).readTokens(key)],
  ['Vault: a read', (origin) => vaultAt(origin).readTokens(key), login],
  ['Vault: a write', (origin) => vaultAt(origin).writeTokens(key, tokens, 0), login],
  ['Vault: an erasure', (origin) => vaultAt(origin).eraseTokens(key), login],
  ['Vault: its health', (origin) => vaultAt(origin).health()],
]

describe.each(calls)('%s', (_what, call, isServed) => {
  test.each([301, 302, 303, 307, 308])('is not sent again where a %s points, there or elsewhere', async (status) => {
    await using elsewhere = await startCanaryHost()
    for (const to of ['/second', `${elsewhere.url}/second`]) {
      await using service = await aRedirector({ status, to, ...(isServed ? { isServed } : {}) })
      const failure = await failureOf(call(service.origin))
      // An outage: nobody's permission is taken for lost by it, and no mail for treated.
      expect(isOutage(failure) || (failure as { code?: unknown }).code === 'service-unavailable').toBe(true)
      expect(service.asked.at(-1)?.url).not.toContain('/second')
      expect(service.asked.filter(({ url }) => !(isServed?.(url) ?? false))).toHaveLength(1)
      expect(elsewhere.asked).toEqual([])
    }
  })
})

const vaultApi = fileURLToPath(new URL('../../deploy/vault/vault-api.mjs', import.meta.url))

test.each([301, 302, 303, 307, 308])('the administrator’s token does not follow a %s', async (status) => {
  await using elsewhere = await startCanaryHost()
  await using service = await aRedirector({ status, to: `${elsewhere.url}/second` })
  const script = `const { vault } = await import(${JSON.stringify(vaultApi)}); await vault('POST', 'sys/mounts/x', { a: 1 })`
  const env = { PATH: process.env['PATH'], VAULT_ADDR: service.origin, VAULT_TOKEN: 'hvs.root' }
  await expect(promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env })).rejects.toThrow(String(status))
  expect([service.asked.length, elsewhere.asked.length]).toEqual([1, 0])
})

test('metadata that names endpoints of somebody else sends nobody there', async () => {
  await using elsewhere = await startCanaryHost()
  await using authority = await aRedirector({ status: 500, to: '', isServed: metadata, named: elsewhere.url })
  const entra = openEntra(entraAt(authority.origin))
  const asking = { tenantId, scopes: [], state: 's', nonce: 'n', verifier: 'v'.repeat(43) }
  await expect(entra.refresh({ tenantId, refreshToken: 'r', scopes: [] })).rejects.toMatchObject({ code: 'foreign-endpoint' })
  await expect(entra.authorizationUrl(asking)).rejects.toMatchObject({ code: 'foreign-endpoint' })
  const keys = openEntraKeys({ authority: authority.origin, tenantId: 'organizations' })
  await expect(keys()).rejects.toMatchObject({ code: 'service-unavailable' })
  expect(elsewhere.asked).toEqual([])
})
