// Accepts a request with a user's Entra access token for this API: signed with the tenant's keys, issued for that tenant, meant
// for us (aud), obtained by our pane or a client that the operator lists (azp), version 2, delegated (scp), in time. App-only,
// ID and Graph tokens are refused.
import type { Request } from 'express'
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Database } from '../database/schema.ts'
import { erasedProblem, type HashOf, type SignIn } from '../people/erased-sign-ins.ts'
import { type Identity, type Person, personKnown, personSignedIn } from '../people/person.ts'
import { offboardedProblem, tenantsOf } from '../people/tenants.ts'
import { Problem } from '../problem.ts'
import { type EntraKeys, openEntraKeys } from './entra-keys.ts'

export type Caller = {
  person: Person
  /** The caller's own access token, for the exchange on their behalf. */ assertion: string
  expiresAt: Date
}

/**
 * An unrecorded caller is not stored, or not any more: their ID is the directory's. `afterOffboarding`: open to known people whose
 * tenant is no longer listed. `admit`: may refuse the caller before the database is queried.
 */
export type Asking = { unrecorded?: boolean; afterOffboarding?: boolean; admit?: (identity: Identity) => Promise<void> }
export type Authenticate = (request: Request, asking?: Asking) => Promise<Caller>

/** Entra's longest tokens, with two hundred groups, have about ten thousand characters; their headers about two hundred. */
export const longestToken = 12_288
const longestHeader = 1_000

const guid = z.guid().transform((value) => value.toLowerCase())

const claimsShape = z.object({
  iss: z.string(),
  tid: guid,
  oid: guid,
  exp: z.number(),
  iat: z.number().default(0),
  ver: z.literal('2.0'),
  scp: z.string().refine((scopes) => scopes.split(' ').includes('access_as_user')),
  /** The application that obtained it. */
  azp: z.string(),
  /** How that application authenticated: "0" not at all, like a pane; "1" by secret; "2" by certificate. */
  azpacr: z.string().optional(),
  idtyp: z.literal('user').optional(),
  name: z.string().optional(),
  roles: z.array(z.string()).optional(),
})

const clockToleranceSeconds = 60

/** The tenant of all personal Microsoft accounts; `organizations` does not include it. */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad'

type Deps = { config: Pick<Config, 'entra'>; db: Database; entraKeys: EntraKeys; hashOf: HashOf }

export function authenticator({ config, db, entraKeys, hashOf }: Deps): Authenticate {
  const { authority, clientId, tenantId, allowedClients } = config.entra
  const tenants = tenantsOf(config.entra)
  /** Checks tokens of other tenants, whose people may have been served here before. */
  const keysOfOthers = tenantId === 'organizations' ? entraKeys : openEntraKeys({ authority, tenantId: 'organizations' })

  const isAllowedClient = (azp: string, azpacr: string | undefined) =>
    allowedClients.includes(azp.toLowerCase()) || (azp.toLowerCase() === clientId.toLowerCase() && (azpacr ?? '0') === '0')

  const verify = async (token: string) => {
    const { kid, alg } = readHeader(token)
    if (alg !== 'RS256' || kid === undefined) throw refused('The access token is not signed as Entra signs.')
    const isOther = tenantId !== 'organizations' && tenantIn(token) !== tenantId
    const keys = isOther
      ? await keysOfOthers().catch((error: unknown) => {
          throw refused('The access token comes from another tenant.', error)
        })
      : await entraKeys()
    const { payload } = await jwtVerify(token, keys.find, {
      algorithms: ['RS256'],
      audience: clientId,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['exp', 'iss', 'tid', 'oid', 'ver', 'scp', 'azp'],
    })
    const claims = claimsShape.safeParse(payload)
    if (!claims.success) throw refused('The access token is not one that a user obtained for this service.')
    const { iss, tid, azp, azpacr } = claims.data
    if (!isAllowedClient(azp, azpacr)) throw refused('The access token was obtained by an application that is not let in.')
    if (!keys.signsFor(kid, { issuer: iss, tenant: tid })) throw refused('The access token comes from another issuer.')
    if (tid === personalAccounts && tid !== tenantId) throw refused('Personal accounts may not sign in here.')
    return claims.data
  }

  /** A person whose tenant is not listed, or no longer: known people may leave, unknown ones are not stored. */
  const personLeaving = async (identity: Identity, signIn: SignIn, { unrecorded, afterOffboarding }: Asking): Promise<Person> => {
    // An erased person who signs in again may still read their receipt.
    const known = await personKnown(db, identity, unrecorded ? { ...signIn, issuedAt: new Date(0) } : signIn)
    if (known === 'unknown') throw refused('This tenant cannot sign in here.')
    if (!afterOffboarding) throw offboardedProblem()
    if (unrecorded) return { ...identity, personId: identity.objectId }
    if (known === 'erased') throw erasedProblem()
    return known
  }

  return async (request, asking = {}) => {
    const authorization = request.get('authorization') ?? ''
    if (authorization.length > longestToken) throw refused('The access token is too long.')
    const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization) ?? []
    if (token === undefined || token.indexOf('.') > longestHeader) throw refused('An access token is required.')
    const { tid, oid, exp, iat, name = '', roles = [] } = await verify(token).catch(asProblem)
    const identity = { tenantId: tid, objectId: oid, displayName: name.slice(0, 256), roles }
    await asking.admit?.(identity)
    const signIn = { who: hashOf(identity), issuedAt: new Date(iat * 1000) }
    const person = !tenants.allows(tid)
      ? await personLeaving(identity, signIn, asking)
      : asking.unrecorded
        ? { ...identity, personId: oid }
        : await personSignedIn(db, identity, signIn)
    return { person, assertion: token, expiresAt: new Date((exp + clockToleranceSeconds) * 1000) }
  }
}

function readHeader(token: string): { kid?: string | undefined; alg?: string | undefined } {
  try {
    return decodeProtectedHeader(token)
  } catch (error) {
    throw refused('The access token cannot be read.', error)
  }
}

/** As the token claims, before it is trusted: it only decides which keys check the token. */
function tenantIn(token: string): unknown {
  try {
    return decodeJwt(token)['tid']
  } catch (error) {
    throw refused('The access token cannot be read.', error)
  }
}

const refused = (detail: string, cause?: unknown) => new Problem('unauthorized', detail, {}, cause)

function asProblem(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw refused('The access token has expired.', error)
  if (error instanceof errors.JOSEError) throw refused('The access token is not valid.', error)
  throw error
}
