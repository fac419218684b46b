// Lets in who brings an Entra access token for this API that a user obtained: signed by the tenant's keys, issued for
// that tenant, meant for us (aud), version 2, delegated (scp), in time. App-only, ID and Graph tokens are refused.
import type { Request } from 'express'
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Database } from '../database/schema.ts'
import type { HashOf } from '../people/erased-sign-ins.ts'
import { type Identity, type Person, personSignedIn } from '../people/person.ts'
import { Problem } from '../problem.ts'
import type { EntraKeys } from './entra-keys.ts'

export type Caller = {
  person: Person
  /** The caller's own access token, for the exchange on their behalf. */ assertion: string
  expiresAt: Date
}

type Asked = {
  /** An unrecorded caller is no person of ours, or none any more: their id is the directory's. */
  unrecorded?: boolean
  /** Whether they may go on, before the database is asked who they are. */
  admit?: (identity: Identity) => Promise<void>
}

export type Authenticate = (request: Request, asked?: Asked) => Promise<Caller>

/** Entra's longest, with two hundred groups, have some ten thousand characters; a header of theirs some two hundred. */
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
  idtyp: z.literal('user').optional(),
  name: z.string().optional(),
  roles: z.array(z.string()).optional(),
})

const clockToleranceSeconds = 60

/** The tenant of all personal Microsoft accounts; `organizations` does not hold it. */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad'

type Deps = { config: Pick<Config, 'entra'>; db: Database; entraKeys: EntraKeys; hashOf: HashOf }

export function authenticator({ config, db, entraKeys, hashOf }: Deps): Authenticate {
  const { clientId, tenantId, allowedTenants } = config.entra

  const verify = async (token: string) => {
    const { kid, alg } = readHeader(token)
    if (alg !== 'RS256' || kid === undefined) throw refused('The access token is not signed as Entra signs.')
    const keys = await entraKeys.keysFor({ kid })
    const { payload } = await jwtVerify(token, keys.find, {
      algorithms: ['RS256'],
      audience: clientId,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['exp', 'iss', 'tid', 'oid', 'ver', 'scp'],
    })
    const claims = claimsShape.safeParse(payload)
    if (!claims.success) throw refused('The access token is not one that a user obtained for this service.')
    const { iss, tid } = claims.data
    const issuers = [keys.issuer, keys.issuerOfKey.get(kid) ?? keys.issuer].map((issuer) => issuer.replace('{tenantid}', tid))
    if (issuers.some((issuer) => issuer !== iss)) throw refused('The access token comes from another issuer.')
    if (tenantId !== 'organizations' && tid !== tenantId) throw refused('The access token comes from another tenant.')
    if (tenantId === 'organizations' && tid === personalAccounts) throw refused('Personal accounts may not sign in here.')
    if (allowedTenants !== null && !allowedTenants.includes(tid)) throw refused('This tenant may not sign in here.')
    return claims.data
  }

  return async (request, { unrecorded = false, admit } = {}) => {
    const authorization = request.get('authorization') ?? ''
    if (authorization.length > longestToken) throw refused('The access token is too long.')
    const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization) ?? []
    if (token === undefined || token.indexOf('.') > longestHeader) throw refused('An access token is needed.')
    const { tid, oid, exp, iat, name = '', roles = [] } = await verify(token).catch(asProblem)
    const identity = { tenantId: tid, objectId: oid, displayName: name.slice(0, 256), roles }
    await admit?.(identity)
    const signIn = { who: hashOf(identity), issuedAt: new Date(iat * 1000) }
    const person = unrecorded ? { ...identity, personId: oid } : await personSignedIn(db, identity, signIn)
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

const refused = (detail: string, cause?: unknown) => new Problem('unauthorized', detail, {}, cause)

function asProblem(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw refused('The access token has expired.', error)
  if (error instanceof errors.JOSEError) throw refused('The access token is not valid.', error)
  throw error
}
