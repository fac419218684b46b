// Tokens made by somebody who knows how signatures are got round.
import { createHmac, createPrivateKey, createSign, generateKeyPairSync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { startCanaryHost } from '../support/canary-host.ts'
import { startWorld, type World } from '../support/world.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const own = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

type Header = Record<string, unknown>

function forged(header: Header, claims: object, sign: (text: string) => string = byOwnKey): string {
  const text = `${encode({ typ: 'JWT', ...header })}.${encode(claims)}`
  return `${text}.${sign(text)}`
}

const byOwnKey = (text: string) =>
  createSign('RSA-SHA256')
    .update(text)
    .sign(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })), 'base64url')
const unsigned = () => ''

async function genuineOf(world: World) {
  const [head = '', claims = '', signature = ''] = (await world.sandbox.entra.accessToken(world.camille)).split('.')
  const parsed = (part: string): Header => JSON.parse(Buffer.from(part, 'base64url').toString()) as Header
  return { head, claims: parsed(claims), kid: String(parsed(head)['kid']), signature, rawClaims: claims }
}

async function publishedKey(world: World): Promise<string> {
  const metadata = await (await fetch(`${world.environment['ENTRA_AUTHORITY']}/organizations/v2.0/.well-known/openid-configuration`)).json()
  return (await fetch(String((metadata as Header)['jwks_uri']))).text()
}

const statusOf = async (world: World, token: string) => {
  const answer = await fetch(`${world.server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })
  await answer.body?.cancel()
  return answer.status
}

test('sixteen tokens that get round the signature are refused, and no key is fetched from where they say', async () => {
  await using evil = await startCanaryHost()
  await using world = await startWorld({ database: 'pglite' })
  const { head, claims, kid, signature, rawClaims } = await genuineOf(world)
  const keys = await publishedKey(world)
  const byHmacOf = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest('base64url')
  const tokens: Record<string, string> = {
    'alg none': forged({ alg: 'none', kid }, claims, unsigned),
    'alg None': forged({ alg: 'None', kid }, claims, unsigned),
    'alg nOnE with a signature': forged({ alg: 'nOnE', kid }, claims, () => signature),
    'no alg': forged({ kid }, claims),
    'an HMAC by the published keys': forged({ alg: 'HS256', kid }, claims, byHmacOf(keys)),
    'an HMAC by nothing': forged({ alg: 'HS256', kid }, claims, byHmacOf('')),
    'another padding': forged({ alg: 'PS256', kid }, claims),
    jku: forged({ alg: 'RS256', kid: 'mine', jku: `${evil.url}/keys` }, claims),
    'jku beside a known kid': forged({ alg: 'RS256', kid, jku: `${evil.url}/keys` }, claims),
    x5u: forged({ alg: 'RS256', kid, x5u: `${evil.url}/chain.pem` }, claims),
    'its own key in jwk': forged({ alg: 'RS256', kid, jwk: { ...own, kid } }, claims),
    'its own key in x5c': forged(
      { alg: 'RS256', kid, x5c: [publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
      claims,
    ),
    'a kid that is a path': forged({ alg: 'RS256', kid: '../../../../dev/null' }, claims),
    'a kid that is every object’s': forged({ alg: 'RS256', kid: '__proto__' }, claims),
    'an extension that must be understood': forged({ alg: 'RS256', kid, crit: ['b64'], b64: false }, claims),
    'a genuine signature over other claims': `${head}.${encode({ ...claims, oid: world.yanis.objectId })}.${signature}`,
  }
  const statuses: Record<string, number> = {}
  for (const [name, token] of Object.entries(tokens)) statuses[name] = await statusOf(world, token)
  expect(statuses).toEqual(Object.fromEntries(Object.keys(tokens).map((name) => [name, 401])))
  expect(evil.asked).toEqual([])
  expect(await statusOf(world, `${head}.${rawClaims}.${signature}`)).toBe(200)
})

test('a thousand tokens that each name another key cause one request for keys', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const { head, claims, signature, rawClaims } = await genuineOf(world)
  expect(await statusOf(world, `${head}.${rawClaims}.${signature}`)).toBe(200)
  const asked = world.sandbox.misbehave('entra', { match: { path: /keys/ } })
  const signed = byOwnKey('x')
  const statuses = new Set<number>()
  for (let round = 0; round < 20; round += 1) {
    const each = Array.from({ length: 50 }, (_, index) => forged({ alg: 'RS256', kid: `k-${round}-${index}` }, claims, () => signed))
    for (const status of await Promise.all(each.map((token) => statusOf(world, token)))) statuses.add(status)
  }
  expect(statuses).toEqual(new Set([401]))
  expect(asked.seen()).toBeLessThanOrEqual(1)
})
