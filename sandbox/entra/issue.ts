// The tokens of the token endpoint: signed ones for our own API, opaque ones for Graph.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { SignJWT, UnsecuredJWT, exportSPKI } from 'jose'
import type { Person } from './directory.ts'
import { makeSigningKey } from './keys.ts'
import { fullScope } from './scopes.ts'
import type { EntraState } from './state.ts'

/** Claims replace the usual ones, null removes one; `alg` and `kid` change the header. */
export type TokenOverrides = { alg?: string; kid?: string; lifetimeSeconds?: number } & Record<string, unknown>

export type Issued = {
  person: Person
  resource: 'graph' | 'api'
  permissions: string[]
  strong: boolean
  spa: boolean
  /** When its first refresh token was issued: refreshing does not extend a page's tokens. */
  since?: number
  offline: boolean
  idToken?: string
}

export async function apiToken(state: EntraState, person: Person, overrides: TokenOverrides = {}): Promise<string> {
  return sign(state, { ...apiClaims(state, person), scp: 'access_as_user' }, overrides)
}

export async function idToken(state: EntraState, person: Person, nonce?: string): Promise<string> {
  const { azp: _azp, azpacr: _azpacr, ...claims } = apiClaims(state, person)
  return sign(state, nonce ? { ...claims, nonce } : claims, {})
}

export async function tokenAnswer(state: EntraState, issued: Issued): Promise<Record<string, unknown>> {
  const { person, resource, permissions, strong, offline } = issued
  const access =
    resource === 'graph' ? graphToken(state, person, permissions) : await apiToken(state, person, strong ? { acrs: ['c1'] } : {})
  const seconds = resource === 'graph' ? state.graphTokenSeconds : apiTokenSeconds
  return {
    token_type: 'Bearer',
    scope: permissions.map((permission) => fullScope(resource, state.clientId, permission)).join(' '),
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: access,
    ...(offline ? { refresh_token: refreshToken(state, issued) } : {}),
    ...(issued.idToken ? { id_token: issued.idToken } : {}),
  }
}

const apiTokenSeconds = 75 * 60

function graphToken(state: EntraState, person: Person, permissions: string[]): string {
  const token = `EwB4A8l6BAAU${randomBytes(96).toString('base64url')}`
  state.graphTokens.set(token, { id: randomUUID(), person, permissions, expiresAt: Date.now() + state.graphTokenSeconds * 1000 })
  return token
}

function refreshToken(state: EntraState, { person, permissions, resource, strong, spa, since = Date.now() }: Issued): string {
  const token = `1.${randomBytes(180).toString('base64url')}`
  state.refreshTokens.set(token, { person, permissions, resource, strong, spa, issuedAt: since, revoked: false })
  return token
}

function apiClaims(state: EntraState, person: Person) {
  const now = Math.floor(Date.now() / 1000)
  return {
    aud: state.clientId,
    iss: `${state.authority}/${person.tenantId}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + apiTokenSeconds,
    azp: state.clientId,
    azpacr: '0',
    name: person.name,
    oid: person.objectId,
    preferred_username: person.address,
    // Pairwise: the same person has another `sub` in another application.
    sub: createHash('sha256').update(`${state.clientId} ${person.objectId}`).digest('base64url'),
    tid: person.tenantId,
    uti: randomBytes(16).toString('base64url'),
    ver: '2.0',
    ...(person.roles.length > 0 ? { roles: person.roles } : {}),
  }
}

async function sign(state: EntraState, usual: Record<string, unknown>, overrides: TokenOverrides): Promise<string> {
  const { alg = 'RS256', kid, lifetimeSeconds, ...replaced } = overrides
  const timed = lifetimeSeconds === undefined ? {} : { exp: Math.floor(Date.now() / 1000) + lifetimeSeconds }
  const claims = Object.fromEntries(
    Object.entries({ ...usual, ...timed, ...replaced }).filter(([, value]) => value !== null && value !== undefined),
  )
  const [current] = state.keyRing.keys
  if (!current) throw new Error('The key ring is empty.')
  if (alg === 'none') return new UnsecuredJWT(claims).encode()
  const header = { typ: 'JWT', alg, kid: kid ?? current.kid }
  if (alg === 'HS256')
    return new SignJWT(claims).setProtectedHeader(header).sign(new TextEncoder().encode(await exportSPKI(current.publicKey)))
  const key = kid === undefined ? current : (state.keyRing.keys.find((candidate) => candidate.kid === kid) ?? (await makeSigningKey(kid)))
  return new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey)
}
