import type { EntraState } from './state.ts'

const shared = ['organizations', 'common', 'consumers']
const consumerTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'

export function isTenant(state: EntraState, tenant: string): boolean {
  return shared.includes(tenant) || state.directory.tenants.has(tenant)
}

/** For a shared endpoint, the issuer is a template, as at Microsoft, and each token names its own tenant. */
export function openIdConfiguration(state: EntraState, tenant: string): Record<string, unknown> {
  const base = `${state.authority}/${tenant}`
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${state.authority}/${shared.includes(tenant) ? '{tenantid}' : tenant}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'ver'],
    tenant_region_scope: shared.includes(tenant) ? null : 'EU',
    cloud_instance_name: new URL(state.authority).host,
  }
}

export function keySet(state: EntraState): { keys: unknown[] } {
  const [current, ...others] = state.keyRing.keys
  const last = others.at(-1)
  // The last key signs only for personal accounts, which exposes a verifier that ignores a key's own issuer.
  return {
    keys: [current, ...others].map((key) => ({
      ...key?.jwk,
      issuer: `${state.authority}/${key === last ? consumerTenant : '{tenantid}'}/v2.0`,
    })),
  }
}
