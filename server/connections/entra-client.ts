// How this server presents itself to a tenant of Entra. The tenant's OpenID metadata is the one source of its endpoints.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as client from 'openid-client'
import type { Config } from '../config.ts'
import { belongsToAuthority } from '../upstream/authority.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { openAlarm } from './operator-alarm.ts'

export type ConfigurationOf = (tenantId: string) => Promise<client.Configuration>

const timeoutSeconds = 10
const metadataLifeMs = 24 * 3_600_000

export function openConfigurations({ authority, clientId, ...credential }: EntraSettings): ConfigurationOf {
  const authentication = authenticationWith(credential)
  const execute = new URL(authority).protocol === 'http:' ? [client.allowInsecureRequests] : []
  const alarm = openAlarm(
    'entra-names-foreign-endpoint',
    'The OpenID metadata names an endpoint that is not the authority’s: check ENTRA_AUTHORITY',
  )
  const known = new Map<string, { configuration: Promise<client.Configuration>; until: number }>()

  return (tenantId) => {
    const kept = known.get(tenantId)
    if (kept !== undefined && performance.now() < kept.until) return kept.configuration
    // Only at the address of the metadata itself no issuer is compared: a sovereign cloud's may be a template.
    const address = new URL(`${authority}/${encodeURIComponent(tenantId)}/v2.0/.well-known/openid-configuration`)
    const configuration = client
      .discovery(address, clientId, undefined, authentication, { execute, timeout: timeoutSeconds })
      .then((found) => {
        const { token_endpoint: token, authorization_endpoint: authorization } = found.serverMetadata()
        if ([token, authorization].every((endpoint) => endpoint === undefined || belongsToAuthority(authority, endpoint))) return found
        const error = new UpstreamError('entra', { status: 503, code: 'foreign-endpoint' })
        alarm(error)
        throw error
      })
    known.set(tenantId, { configuration, until: performance.now() + metadataLifeMs })
    configuration.catch(() => known.delete(tenantId))
    return configuration
  }
}

export type EntraSettings = Pick<Config['entra'], 'authority' | 'clientId'> & Credential

type Credential = Pick<Config['entra'], 'clientSecret' | 'clientCertificatePath'>

function authenticationWith({ clientSecret, clientCertificatePath }: Credential): client.ClientAuth {
  if (clientCertificatePath === null) return client.ClientSecretPost(clientSecret ?? '')
  const pem = readFileSync(clientCertificatePath, 'utf8')
  const thumbprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
  const pkcs8 = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  const key = crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign'])
  return async (as, metadata, body, headers) => {
    const sign = client.PrivateKeyJwt(await key, {
      [client.modifyAssertion]: (header, payload) => {
        header['x5t#S256'] = thumbprint
        // Entra takes its token endpoint as audience, and not the issuer.
        payload['aud'] = as.token_endpoint ?? as.issuer
      },
    })
    // Its type hides that it signs asynchronously.
    await Promise.resolve(sign(as, metadata, body, headers))
  }
}
