// Permission at monday.com by OAuth: where to ask is found by discovery (RFC 8414), else at the two addresses of the older flow. The newer
// flow gives tokens with an end, which only the token itself names, and a refresh token that is good once.
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import type { Config } from '../config.ts'
import { metrics } from '../metrics.ts'
import { retryAfterSeconds } from '../upstream/retry-after.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

/** `expiresAt`, `refreshToken`: null where the permission has no end. */
export type MondayGrant = { accessToken: string; refreshToken: string | null; expiresAt: string | null; scopes: string[] }

type Window = { state: string; verifier: string }

export type MondayOAuth = {
  /** Whether this server has an app at monday.com: without one, only personal tokens connect. */
  isConfigured: boolean
  authorizationUrl(window: Window): Promise<string>
  /** `search` is what the browser brought. */
  exchangeCode(answer: Window & { search: string; now: Date }): Promise<MondayGrant | 'refused'>
  refresh(refreshToken: string, now: Date): Promise<MondayGrant | 'refused'>
}

/** What boards, their updates and later their webhooks take (https://developer.monday.com/apps/docs/oauth). */
const mondayScopes = [
  'me:read',
  'account:read',
  'users:read',
  'boards:read',
  'boards:write',
  'updates:read',
  'updates:write',
  'assets:read',
  'webhooks:read',
  'webhooks:write',
]

const timeoutSeconds = 10
const metadataLifeMs = 24 * 3_600_000

export function openMondayOAuth({ publicUrl, monday }: Pick<Config, 'publicUrl' | 'monday'>): MondayOAuth {
  const redirectUri = `${publicUrl}/oauth/monday/callback`
  const configuration = openConfiguration(monday)

  async function ask(
    call: (found: client.Configuration) => Promise<client.TokenEndpointResponse>,
    now: Date,
  ): Promise<MondayGrant | 'refused'> {
    try {
      const answer = await call(await configuration())
      metrics.upstreamCalls.inc({ service: 'monday', status: 200 })
      return grantFrom(answer, now)
    } catch (error) {
      const judged = judge(error)
      metrics.upstreamCalls.inc({ service: 'monday', status: judged === 'refused' ? 400 : judged.status })
      if (judged === 'refused') return judged
      throw judged
    }
  }

  return {
    isConfigured: monday.clientId !== null,
    async authorizationUrl({ state, verifier }) {
      const found = await configuration().catch((error: unknown) => {
        const judged = judge(error)
        throw judged === 'refused' ? error : judged
      })
      const parameters = {
        redirect_uri: redirectUri,
        scope: mondayScopes.join(' '),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
      }
      return client.buildAuthorizationUrl(found, parameters).href
    },
    exchangeCode: ({ search, state, verifier, now }) =>
      ask((found) => {
        const url = new URL(`${redirectUri}${search}`)
        return client.authorizationCodeGrant(found, url, { pkceCodeVerifier: verifier, expectedState: state })
      }, now),
    refresh: (refreshToken, now) => ask((found) => client.refreshTokenGrant(found, refreshToken), now),
  }
}

type Settings = Pick<Config['monday'], 'oauthUrl' | 'clientId' | 'clientSecret'>

function openConfiguration({ oauthUrl, clientId, clientSecret }: Settings): () => Promise<client.Configuration> {
  const execute = new URL(oauthUrl).protocol === 'http:' ? [client.allowInsecureRequests] : []
  const authentication = client.ClientSecretPost(clientSecret ?? '')
  let known: { found: Promise<client.Configuration>; until: number } | undefined

  const discover = async (): Promise<client.Configuration> => {
    if (clientId === null) throw new Error('This server has no app at monday.com')
    const address = new URL(`${oauthUrl}/.well-known/oauth-authorization-server`)
    const options = { execute, timeout: timeoutSeconds, algorithm: 'oauth2' as const }
    const found = await client.discovery(address, clientId, undefined, authentication, options).catch((error: unknown) => {
      if (!isNotThere(error)) throw error
      return olderFlow(clientId)
    })
    const { token_endpoint: token, authorization_endpoint: authorization } = found.serverMetadata()
    // The token endpoint gets the secret of this server and every refresh token.
    if (isOurs(oauthUrl, token) && isOurs(oauthUrl, authorization)) return found
    throw new UpstreamError('monday', { status: 503, code: 'foreign-endpoint' })
  }

  function olderFlow(id: string): client.Configuration {
    const endpoints = { issuer: oauthUrl, authorization_endpoint: `${oauthUrl}/authorize`, token_endpoint: `${oauthUrl}/token` }
    const found = new client.Configuration(endpoints, id, undefined, authentication)
    found.timeout = timeoutSeconds
    for (const allow of execute) allow(found)
    return found
  }

  return () => {
    if (known !== undefined && performance.now() < known.until) return known.found
    const found = discover()
    known = { found, until: performance.now() + metadataLifeMs }
    found.catch(() => (known = undefined))
    return found
  }
}

const isOurs = (oauthUrl: string, endpoint: string | undefined) =>
  endpoint !== undefined && URL.parse(endpoint)?.origin === new URL(oauthUrl).origin

const isNotThere = (error: unknown): boolean => responseOf(error)?.status === 404

function responseOf(error: unknown): Response | undefined {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof Response ? cause : undefined
}

/** A code or refresh token that is not taken is the person's matter. Everything else waits until monday.com, or this server, is mended. */
function judge(error: unknown): 'refused' | UpstreamError {
  if (error instanceof UpstreamError) return error
  if (error instanceof client.ResponseBodyError && error.status < 500 && error.status !== 429) {
    if (error.error === 'invalid_grant' || error.error === 'access_denied') return 'refused'
    return new UpstreamError('monday', { status: 503, code: /^[a-z_]{1,60}$/.test(error.error) ? error.error : 'unknown' })
  }
  if (error instanceof client.AuthorizationResponseError) return 'refused'
  const response = error instanceof client.ResponseBodyError ? error.response : responseOf(error)
  const isAnswered = error instanceof client.ClientError || error instanceof client.WWWAuthenticateChallengeError
  const isLost = error instanceof TypeError && error.message === 'fetch failed'
  if (!isAnswered && !isLost && response === undefined) throw error
  return new UpstreamError('monday', {
    status: response === undefined ? 0 : response.status >= 500 ? response.status : 503,
    code: 'no-answer',
    retryAfterSeconds: response && retryAfterSeconds(response.headers.get('retry-after'), new Date()),
  })
}

function grantFrom(answer: client.TokenEndpointResponse, now: Date): MondayGrant {
  const { access_token: accessToken, refresh_token: refreshToken = null, expires_in: seconds, scope } = answer
  const end = seconds === undefined ? endIn(accessToken) : now.getTime() + seconds * 1000
  return {
    accessToken,
    refreshToken,
    expiresAt: end === undefined ? null : new Date(end).toISOString(),
    scopes: scope === undefined ? mondayScopes : scope.split(' ').filter((word) => word !== ''),
  }
}

/** Nothing but a hint of when to refresh: the token is verified by monday.com alone. */
function endIn(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token)
    return exp === undefined ? undefined : exp * 1000
  } catch {
    return undefined
  }
}
