// The keys that Entra signs access tokens with, found by its OpenID metadata and kept by jose. An unknown key is looked for at
// most once a minute, whatever is sent to us; keys that are known go on being used while Entra is away. Without any, callers
// are refused with a 503 that says when to come again.
import { setTimeout as wait } from 'node:timers/promises'
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { log } from '../log.ts'
import { Problem } from '../problem.ts'
import { belongsToAuthority } from '../upstream/authority.ts'
import { upstreamRequest } from '../upstream/request.ts'
import { isUpstreamCode, UpstreamError } from '../upstream/upstream-error.ts'

type Keys = {
  find: JWTVerifyGetKey
  /** The metadata names the issuer of all keys, exact or with `{tenantid}` in it; of some keys Entra says for which issuer they are. */
  signsFor(kid: string, token: { issuer: string; tenant: string }): boolean
}

/** The 503 where none have been fetched yet: it also tells whether Entra answers. */
export type EntraKeys = () => Promise<Keys>

const metadataShape = z.object({ issuer: z.string(), jwks_uri: z.url() })
const keySetShape = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), issuer: z.string().optional() })) })

const minuteMs = 60_000
const staleAfterMs = 24 * 60 * minuteMs
const afterFailureMs = 2_000
const againAfterMs = 250
const timeoutMs = 5_000

type Authority = { authority: string; tenantId: string }

export function openEntraKeys(entra: Authority): EntraKeys {
  const sparingly = openSparingly()
  let opened: Promise<Keys> | undefined
  return () =>
    (opened ??= openKeys(entra, sparingly).catch((error: unknown) => {
      opened = undefined
      throw error
    }))
}

async function openKeys({ authority, tenantId }: Authority, sparingly: Sparingly): Promise<Keys> {
  const metadata = await sparingly(async () => {
    const found = metadataShape.parse(await fetchJson(`${authority}/${tenantId}/v2.0/.well-known/openid-configuration`))
    if (!belongsToAuthority(authority, found.jwks_uri)) throw new Error('The key address is not the authority’s')
    return found
  })
  let keys: z.infer<typeof keySetShape>['keys'] = []
  let staleAt = 0
  const keySet = createRemoteJWKSet(new URL(metadata.jwks_uri), {
    [customFetch]: (url) =>
      sparingly(async () => {
        const fetched = keySetShape.parse(await fetchJson(url))
        keys = fetched.keys
        staleAt = Date.now() + staleAfterMs
        return Response.json(fetched)
      }),
    cooldownDuration: minuteMs,
    // jose drops keys that are older than this, even while Entra is away: `find` renews them instead.
    cacheMaxAge: Infinity,
  })
  await keySet.reload()
  return {
    async find(header, token) {
      // A failure is logged where it happens, and what is known goes on being used.
      if (Date.now() > staleAt) await keySet.reload().catch(() => undefined)
      return keySet(header, token)
    },
    signsFor(kid, { issuer, tenant }) {
      const key = keys.find((each) => each.kid === kid)
      const named = [metadata.issuer, key?.issuer ?? metadata.issuer]
      return key !== undefined && named.every((each) => each.replace('{tenantid}', tenant) === issuer)
    },
  }
}

type Sparingly = <Answer>(ask: () => Promise<Answer>) => Promise<Answer>

/** Asks Entra twice at most, and after a failure not for a while: callers that come meanwhile get the 503 at once. */
function openSparingly(): Sparingly {
  let notBefore = 0
  return async (ask) => {
    if (Date.now() >= notBefore) {
      try {
        return await askFirmly(ask)
      } catch (error) {
        log.warn({ err: error }, 'The keys of the sign-in service cannot be fetched')
        notBefore = Date.now() + afterFailureMs
      }
    }
    throw new Problem('service-unavailable', 'The sign-in service does not answer, so that nobody can be let in.', {
      retryAfterSeconds: Math.max(1, (notBefore - Date.now()) / 1000),
    })
  }
}

/**
 * A connection that broke, or one bad answer, is no outage yet: a kept connection may have been closed just then, and a moment later it
 * is known to be. What does not answer in time is left alone for longer, and where it points elsewhere it is not asked again.
 */
async function askFirmly<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (isUpstreamCode(error, 'redirected') || isUpstreamCode(error, 'timeout')) throw error
    await wait(againAfterMs)
    return ask()
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const allowedOrigin = new URL(url).origin
  const headers = { accept: 'application/json' }
  const answer = await upstreamRequest({ service: 'entra', method: 'GET', url, allowedOrigin, headers, timeoutMs })
  if (answer.status !== 200) throw new UpstreamError('entra', { status: answer.status })
  return JSON.parse(await answer.text())
}
