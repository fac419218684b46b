import { timingSafeEqual } from 'node:crypto'
import { decodeJwt, jwtVerify } from 'jose'
import type { Form } from './grants.ts'
import type { EntraState } from './state.ts'
import { TokenError } from './token-error.ts'

type Presented = { form: Form; authorization: string | undefined; tokenEndpoint: string }

/** A secret in the form or header, or a signed assertion; a page redeems its own code without either. */
export async function authenticateClient(state: EntraState, { form, authorization, tokenEndpoint }: Presented): Promise<void> {
  const basic = readBasic(authorization)
  const assertion = form['client_assertion']
  const clientId = form['client_id'] ?? basic?.id ?? (assertion ? issuerOf(assertion) : undefined)
  if (!clientId) throw new TokenError(90014, { detail: 'client_id' })
  if (clientId !== state.clientId) throw new TokenError(700016)
  if (assertion) return checkAssertion(state, form, tokenEndpoint)
  const secret = form['client_secret'] ?? basic?.secret
  if (secret !== undefined) {
    if (state.secretFails || !same(secret, state.clientSecret)) throw new TokenError(7000215)
    return
  }
  if (form['grant_type'] === 'refresh_token' && state.refreshTokens.get(form['refresh_token'] ?? '')?.spa) return
  if (!state.spaRedirectUris.has(form['redirect_uri'] ?? '')) throw new TokenError(7000218)
}

async function checkAssertion(state: EntraState, form: Form, audience: string): Promise<void> {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  if (form['client_assertion_type'] !== type || state.secretFails || !state.certificateKey) throw new TokenError(700027)
  try {
    await jwtVerify(form['client_assertion'] ?? '', state.certificateKey, {
      audience,
      issuer: state.clientId,
      subject: state.clientId,
      algorithms: ['PS256'],
      requiredClaims: ['exp', 'jti'],
    })
  } catch {
    throw new TokenError(700027)
  }
}

function issuerOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss
  } catch {
    return undefined
  }
}

function readBasic(authorization: string | undefined): { id: string; secret: string } | undefined {
  if (!authorization?.startsWith('Basic ')) return undefined
  const [id = '', ...rest] = Buffer.from(authorization.slice(6), 'base64').toString().split(':')
  return { id: decodeURIComponent(id), secret: decodeURIComponent(rest.join(':')) }
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
