// The keys that Entra signs access tokens with, found by its OpenID metadata. An unknown key is looked for at most once
// a minute, whatever is sent to us; keys that are known go on being used while Entra is away. Without any, callers are refused
// with a 503 that says when to come again.
import { setTimeout as wait } from 'node:timers/promises'
import { createLocalJWKSet } from 'jose'
import { z } from 'zod'
import { log } from '../log.ts'
import { Problem } from '../problem.ts'
import { belongsToAuthority } from '../upstream/authority.ts'

type Keys = {
  find: ReturnType<typeof createLocalJWKSet>
  /** The issuer as the metadata names it: exact, or with `{tenantid}` in it. */
  issuer: string
  /** Entra says of some keys for which issuer they are. */
  issuerOfKey: ReadonlyMap<string, string>
}

export type EntraKeys = { keysFor: (header: { kid?: string | undefined }) => Promise<Keys>; reachable: () => Promise<void> }

const metadataShape = z.object({ issuer: z.string(), jwks_uri: z.url() })
const keySetShape = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), issuer: z.string().optional() })) })

const minuteMs = 60_000
const afterFailureMs = 2_000
const againAfterMs = 250
const staleAfterMs = 24 * 60 * minuteMs

export function openEntraKeys(entra: { authority: string; tenantId: string }): EntraKeys {
  const metadataUrl = `${entra.authority}/${entra.tenantId}/v2.0/.well-known/openid-configuration`
  let keys: Keys | undefined
  let fetchedAt = 0
  let notBefore = 0
  let failed = false
  let fetching: Promise<void> | undefined

  const refresh = (): Promise<void> => {
    if (Date.now() < notBefore) return Promise.resolve()
    fetching ??= fetchKeysFirmly(entra.authority, metadataUrl)
      .then(
        (fetched) => {
          keys = fetched
          failed = false
          fetchedAt = Date.now()
          notBefore = fetchedAt + minuteMs
        },
        (error: unknown) => {
          log.warn({ err: error }, 'The keys of the sign-in service cannot be fetched')
          failed = true
          notBefore = Date.now() + afterFailureMs
        },
      )
      .finally(() => (fetching = undefined))
    return fetching
  }

  const away = () =>
    new Problem('service-unavailable', 'The sign-in service does not answer, so that nobody can be let in.', {
      retryAfterSeconds: Math.max(1, (notBefore - Date.now()) / 1000),
    })

  const known = (kid: string | undefined) => kid !== undefined && keys?.issuerOfKey.has(kid) === true

  return {
    keysFor: async ({ kid }) => {
      if (!known(kid) || Date.now() > fetchedAt + staleAfterMs) await refresh()
      if (keys === undefined || (!known(kid) && failed)) throw away()
      return keys
    },
    reachable: async () => {
      if (keys === undefined) await refresh()
      if (keys === undefined) throw away()
    },
  }
}

/**
 * A connection that broke, or one bad answer, is no outage yet: a kept connection may have been closed just then, and a moment later it
 * is known to be. What does not answer in time is left alone for longer, and where it points elsewhere it is not asked again.
 */
async function fetchKeysFirmly(authority: string, metadataUrl: string): Promise<Keys> {
  try {
    return await fetchKeys(authority, metadataUrl)
  } catch (error) {
    if (error instanceof Redirected || (error instanceof Error && error.name === 'TimeoutError')) throw error
    await wait(againAfterMs)
    return fetchKeys(authority, metadataUrl)
  }
}

async function fetchKeys(authority: string, metadataUrl: string): Promise<Keys> {
  const metadata = metadataShape.parse(await fetchJson(metadataUrl))
  if (!belongsToAuthority(authority, metadata.jwks_uri)) throw new Error('The key address is not the authority’s')
  const keySet = keySetShape.parse(await fetchJson(metadata.jwks_uri))
  return {
    find: createLocalJWKSet(keySet),
    issuer: metadata.issuer,
    issuerOfKey: new Map(keySet.keys.map((key) => [key.kid, key.issuer ?? metadata.issuer])),
  }
}

class Redirected extends Error {
  override name = 'Redirected'
}

async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000), headers: { accept: 'application/json' } })
  if (answer.status >= 300 && answer.status < 400) throw new Redirected(`${new URL(url).host} answered ${answer.status}`)
  if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}`)
  return answer.json()
}
