// The three grants of the token endpoint, each a list of refusals and then an answer.
import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'
import { idToken, type Issued } from './issue.ts'
import type { Person } from './directory.ts'
import { grantedPermissions, readScopes } from './scopes.ts'
import type { EntraState } from './state.ts'
import { TokenError } from './token-error.ts'

export type Form = Record<string, string>
export type Grant = (state: EntraState, form: Form, tenant: string) => Promise<Issued>

export const grants: Record<string, Grant> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': onBehalfOf,
}

/** The claims challenge of an authentication context, answered by a token that holds `acrs: ["c1"]`. */
const strongerSignInClaims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } })

const dayMs = 24 * 3_600_000

export function required(form: Form, name: string): string {
  const value = form[name]
  if (!value) throw new TokenError(90014, { detail: name })
  return value
}

async function redeemCode(state: EntraState, form: Form, tenant: string): Promise<Issued> {
  const code = state.codes.get(required(form, 'code'))
  if (!code) throw new TokenError(70000)
  if (code.used) throw new TokenError(54005)
  if (code.expiresAt <= Date.now()) throw new TokenError(70008)
  checkTenant(code.person, tenant)
  if (code.redirectUri !== required(form, 'redirect_uri')) throw new TokenError(50011)
  const challenge = createHash('sha256').update(required(form, 'code_verifier')).digest('base64url')
  if (challenge !== code.challenge) throw new TokenError(501481)
  code.used = true
  const scopes = readScopes(state, form['scope'] || code.scope)
  const { person, strong } = code
  checkSignIn(state, person, strong)
  const resource = scopes.resource ?? 'graph'
  const asked = scopes.resource ? scopes : { ...scopes, resource, permissions: ['User.Read'] }
  return {
    person,
    resource,
    strong,
    spa: state.spaRedirectUris.has(code.redirectUri),
    permissions: grantedPermissions(state, person, asked),
    offline: scopes.openId.includes('offline_access'),
    ...(scopes.openId.includes('openid') ? { idToken: await idToken(state, person, code.nonce) } : {}),
  }
}

async function refresh(state: EntraState, form: Form, tenant: string): Promise<Issued> {
  const stored = state.refreshTokens.get(required(form, 'refresh_token'))
  if (!stored) throw new TokenError(70000)
  const { person, strong, spa, issuedAt } = stored
  checkTenant(person, tenant)
  if (spa && issuedAt + dayMs <= Date.now()) throw new TokenError(700084)
  if (stored.revoked) throw new TokenError(50173)
  checkSignIn(state, person, strong)
  const asked = readScopes(state, form['scope'] ?? '')
  const scopes = asked.resource ? asked : { ...asked, resource: stored.resource, permissions: stored.permissions }
  const permissions = grantedPermissions(state, person, scopes)
  if (state.strictRotation) stored.revoked = true
  return { person, resource: scopes.resource ?? stored.resource, permissions, strong, spa, offline: true, ...(spa && { since: issuedAt }) }
}

async function onBehalfOf(state: EntraState, form: Form, tenant: string): Promise<Issued> {
  if (form['requested_token_use'] !== 'on_behalf_of') throw new TokenError(90014, { detail: 'requested_token_use' })
  const claims = await verifyAssertion(state, required(form, 'assertion'))
  if (claims.aud !== state.clientId) throw new TokenError(500131)
  if (typeof claims['scp'] !== 'string' || !claims['scp'].split(' ').includes('access_as_user')) throw new TokenError(50013)
  const person = state.directory.find(String(claims['oid']))
  // A guest or a shared endpoint would need a token of the tenant itself: the exchange goes to the caller's own tenant.
  if (!person || person.tenantId !== claims['tid'] || person.tenantId !== tenant) throw new TokenError(50013)
  const acrs = claims['acrs']
  const strong = Array.isArray(acrs) && acrs.includes('c1')
  checkSignIn(state, person, strong)
  const scopes = readScopes(state, required(form, 'scope'))
  if (scopes.resource !== 'graph') throw new TokenError(70011)
  const permissions = grantedPermissions(state, person, scopes)
  return { person, resource: 'graph', permissions, strong, spa: false, offline: scopes.openId.includes('offline_access') }
}

async function verifyAssertion(state: EntraState, assertion: string): Promise<JWTPayload> {
  let kid: string | undefined
  let expired: boolean
  try {
    kid = decodeProtectedHeader(assertion).kid
    const { exp = 0, nbf = 0 } = decodeJwt(assertion)
    expired = exp * 1000 <= Date.now() || nbf * 1000 > Date.now() + 300_000
  } catch {
    throw new TokenError(50013)
  }
  const key = state.keyRing.keys.find((candidate) => candidate.kid === kid)
  if (!key) throw new TokenError(50013)
  if (expired) throw new TokenError(500133)
  try {
    const { payload } = await jwtVerify(assertion, key.publicKey, { algorithms: ['RS256'], clockTolerance: 300 })
    return payload
  } catch {
    throw new TokenError(50013)
  }
}

function checkTenant(person: Person, tenant: string): void {
  if (tenant !== 'organizations' && tenant !== 'common' && tenant !== person.tenantId) throw new TokenError(70000)
}

function checkSignIn(state: EntraState, person: Person, strong: boolean): void {
  if (state.disabled.has(person.objectId)) throw new TokenError(50057)
  if (state.strongerSignIn.has(person.objectId) && !strong) throw new TokenError(50076, { claims: strongerSignInClaims })
}
