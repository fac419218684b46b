// Tokens for Graph from Entra: by exchange on a user's behalf, by the code of a consent page, by refresh. The user's own
// tenant is asked. What Entra refuses comes back as a verdict; what is no user's matter is thrown.
import * as client from 'openid-client'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { metrics } from '../metrics.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { type EntraSettings, openConfigurations } from './entra-client.ts'
import { judgeTokenError, type Refusal } from './entra-refusal.ts'
import { openAlarm } from './operator-alarm.ts'
import { permissionsFrom, redirectUriOf, scopesFrom } from './scopes.ts'

/** refreshToken is null where Entra gave no new one. */
export type Grant = { accessToken: string; refreshToken: string | null; expiresInSeconds: number; scopes: string[] }
export type Granted = { grant: Grant } | { refusal: Refusal }
type Identity = { tenantId: string; objectId: string }

type Exchange = { tenantId: string; assertion: string; scopes: readonly string[] }
type Refresh = { tenantId: string; refreshToken: string; scopes: readonly string[] }
type Asking = { tenantId: string; scopes: readonly string[]; state: string; nonce: string; verifier: string }
type Code = { tenantId: string; search: string; state: string; nonce: string; verifier: string }

export type Entra = {
  exchangeOnBehalfOf(exchange: Exchange): Promise<Granted>
  refresh(refresh: Refresh): Promise<Granted>
  authorizationUrl(asking: Asking): Promise<string>
  /** `search` is what the browser brought; a code that does not fit its state, nonce or verifier is `revoked`. */
  exchangeCode(code: Code): Promise<{ grant: Grant; identity: Identity } | { refusal: Refusal }>
}

const onBehalfOf = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

export function openEntra(config: Pick<Config, 'graphUrl' | 'publicUrl'> & { entra: EntraSettings }): Entra {
  const configurationOf = openConfigurations(config.entra)
  const redirectUri = redirectUriOf(config.publicUrl)
  const offline = (scopes: readonly string[]) => `${scopesFrom(scopes, config.graphUrl)} offline_access`
  const alarm = openAlarm('entra-refuses-server', 'Entra refuses this server: check its client id, secret or certificate')

  /** A wrong or expired credential is no user's doing: what it stops waits until it is mended. */
  function refusedAsServer(code: string): UpstreamError {
    const error = new UpstreamError('entra', { status: 503, code })
    alarm(error)
    return error
  }

  async function ask<Answer>(
    tenantId: string,
    call: (configuration: client.Configuration) => Promise<Answer>,
  ): Promise<Answer | { refusal: Refusal }> {
    try {
      const answer = await call(await configurationOf(tenantId))
      metrics.upstreamCalls.inc({ service: 'entra', status: 200 })
      return answer
    } catch (error) {
      const judgement = judgeTokenError(error)
      metrics.upstreamCalls.inc({ service: 'entra', status: judgement.verdict === 'outage' ? judgement.error.status : 400 })
      if (judgement.verdict === 'outage') throw judgement.error
      if (judgement.verdict === 'operator') throw refusedAsServer(judgement.code)
      return { refusal: judgement }
    }
  }

  return {
    exchangeOnBehalfOf: ({ tenantId, assertion, scopes }) =>
      ask(tenantId, async (configuration) => {
        const form = { assertion, requested_token_use: 'on_behalf_of', scope: offline(scopes) }
        return { grant: grantFrom(await client.genericGrantRequest(configuration, onBehalfOf, form), scopes) }
      }),
    refresh: ({ tenantId, refreshToken, scopes }) =>
      ask(tenantId, async (configuration) => ({
        grant: grantFrom(await client.refreshTokenGrant(configuration, refreshToken, { scope: offline(scopes) }), scopes),
      })),
    async authorizationUrl({ tenantId, scopes, state, nonce, verifier }) {
      const url = await ask(tenantId, async (configuration) => ({
        address: client.buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          response_mode: 'query',
          // Entra puts tid and oid into an id token only with `profile`.
          scope: `openid profile ${offline(scopes)}`,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
        }).href,
      }))
      if ('refusal' in url) throw refusedAsServer(url.refusal.verdict)
      return url.address
    },
    exchangeCode: ({ tenantId, search, state, nonce, verifier }) =>
      ask(tenantId, async (configuration) => {
        const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
        const answer = await client.authorizationCodeGrant(configuration, new URL(`${redirectUri}${search}`), checks)
        const { tid, oid } = idClaims.parse(answer.claims())
        return { grant: grantFrom(answer, []), identity: { tenantId: tid, objectId: oid } }
      }),
  }
}

const guid = z.guid().transform((value) => value.toLowerCase())
const idClaims = z.object({ tid: guid, oid: guid })

/** An answer that names no scopes gave those that were asked for (RFC 6749, 5.1). */
function grantFrom(answer: client.TokenEndpointResponse, asked: readonly string[]): Grant {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? null,
    expiresInSeconds: answer.expires_in ?? 3600,
    scopes: answer.scope === undefined ? [...asked] : permissionsFrom(answer.scope),
  }
}
