// Signing in at monday.com. The newer flow is found by discovery (RFC 8414): PKCE, access tokens with an end, refresh tokens that are
// good once. The older one knows no end of a token, and is what `legacy` leaves (https://developer.monday.com/apps/docs/oauth).
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Router, json, urlencoded, type Request, type Response } from 'express'
import { SignJWT } from 'jose'
import { escapeHtml } from '../entra/authorize-page.ts'
import type { Misbehaviour } from '../misbehaviour.ts'
import { allScopes } from './scopes.ts'
import { type MondayState, type Token, type User } from './state.ts'

type Code = { user: User; redirectUri: string; scopes: string[]; challenge: string | undefined; until: number }
type Refresh = { user: User; scopes: string[]; accessToken: string; isUsed: boolean }
type Form = Record<string, string>

const codeLifeMs = 10 * 60_000

class Refusal extends Error {
  readonly status: number
  readonly error: string
  constructor(status: number, error: string, description: string) {
    super(description)
    this.status = status
    this.error = error
  }
}

export function oauthRoutes(state: MondayState, misbehaviour: Misbehaviour): Router {
  const codes = new Map<string, Code>()
  const refreshes = new Map<string, Refresh>()
  const router = Router()
  const faults = misbehaviour.handler('monday', () => null, (status) => ({ error: status < 500 ? 'invalid_grant' : 'server_error' })) // prettier-ignore
  const forms = [urlencoded({ extended: false }), json(), faults]
  const { base, app, behaviour } = state
  const newFlow = { authorize: '/oauth2/authorize', token: '/oauth_ms/oauth/token', revoke: '/oauth_ms/oauth/revoke' }

  router.get('/oauth_ms/.well-known/oauth-authorization-server', faults, (_request, response) => {
    if (behaviour.oauth === 'legacy') return void response.sendStatus(404)
    response.json({
      issuer: `${base}/oauth_ms`,
      authorization_endpoint: base + newFlow.authorize,
      token_endpoint: base + newFlow.token,
      revocation_endpoint: base + newFlow.revoke,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      scopes_supported: allScopes,
    })
  })

  for (const path of [newFlow.authorize, '/oauth_ms/authorize']) {
    router.get(path, (request, response) => {
      if (readAuthorize(state, request, response)) response.send(authorizePage(state))
    })
    router.post(path, ...forms, (request, response) => {
      const asked = readAuthorize(state, request, response)
      if (!asked) return
      const { user: id, decision } = formOf(request)
      const user = state.users.get(id ?? '')
      if (decision !== 'authorize' || user === undefined) return sendBack(response, asked, { error: 'access_denied' })
      const code = randomBytes(16).toString('hex')
      const { redirectUri, scopes, challenge } = asked
      codes.set(code, { user, redirectUri, scopes, challenge, until: state.now() + codeLifeMs })
      sendBack(response, asked, { code, status: 'success' })
    })
  }

  const redeem = (form: Form, isLegacy: boolean): Promise<Record<string, unknown>> => {
    const code = codes.get(form['code'] ?? '')
    codes.delete(form['code'] ?? '')
    if (code === undefined || code.until <= state.now()) throw new Refusal(400, 'invalid_grant', 'The code is unknown or has expired')
    if (code.redirectUri !== form['redirect_uri']) throw new Refusal(400, 'invalid_grant', 'redirect_uri is another')
    const verified = code.challenge === undefined ? isLegacy : s256(form['code_verifier'] ?? '') === code.challenge
    if (!verified) throw new Refusal(400, 'invalid_grant', 'code_verifier does not fit')
    return isLegacy ? legacyTokens(state, code) : tokens(state, refreshes, code)
  }
  const refresh = (form: Form): Promise<Record<string, unknown>> => {
    const known = refreshes.get(form['refresh_token'] ?? '')
    if (known === undefined || known.isUsed) throw new Refusal(400, 'invalid_grant', 'The refresh token is invalid, expired or revoked')
    known.isUsed = true
    return tokens(state, refreshes, known)
  }
  const answering = (work: (form: Form) => Promise<Record<string, unknown>>) => async (request: Request, response: Response) => {
    try {
      const form = formOf(request)
      if (form['client_id'] !== app.clientId || form['client_secret'] !== app.clientSecret)
        throw new Refusal(401, 'invalid_client', 'The client is unknown, or its secret is wrong')
      response.set('cache-control', 'no-store').json(await work(form))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      response.status(error.status).json({ error: error.error, error_description: error.message })
    }
  }
  router.post(newFlow.token, ...forms, answering(async (form) => {
    if (form['grant_type'] === 'refresh_token') return refresh(form)
    if (form['grant_type'] === 'authorization_code') return redeem(form, false)
    throw new Refusal(400, 'unsupported_grant_type', 'grant_type')
  })) // prettier-ignore
  router.post(
    '/oauth_ms/token',
    ...forms,
    answering(async (form) => redeem(form, true)),
  )
  router.post(newFlow.revoke, ...forms, answering(async ({ token = '' }) => {
    const access = state.tokens.get(token) ?? state.tokens.get(refreshes.get(token)?.accessToken ?? '')
    if (access) access.isRevoked = true
    for (const [value, { accessToken }] of refreshes) if (value === token || accessToken === token) refreshes.delete(value)
    return {}
  })) // prettier-ignore
  return router
}

type Authorize = { redirectUri: string; state: string | undefined; scopes: string[]; challenge: string | undefined }

/** Until client and address are known to belong together nothing is sent to the address. */
function readAuthorize({ app, behaviour }: MondayState, request: Request, response: Response): Authorize | null {
  const query = Object.fromEntries(Object.entries(request.query).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
  const redirectUri = query['redirect_uri'] ?? ''
  if (query['client_id'] !== app.clientId || !app.redirectUris.has(redirectUri)) {
    response.status(400).send('invalid_request: unknown client or redirect_uri')
    return null
  }
  const challenge = query['code_challenge']
  const asked = { redirectUri, state: query['state'], scopes: (query['scope'] ?? '').split(' ').filter(Boolean), challenge }
  const hasProof = behaviour.oauth === 'legacy' || (challenge !== undefined && query['code_challenge_method'] === 'S256')
  const error = !hasProof ? 'invalid_request' : asked.scopes.some((scope) => !allScopes.includes(scope)) ? 'invalid_scope' : undefined
  if (error === undefined) return asked
  sendBack(response, asked, { error })
  return null
}

function sendBack(response: Response, { redirectUri, state }: Authorize, parameters: Form): void {
  const target = new URL(redirectUri)
  for (const [name, value] of Object.entries({ ...parameters, ...(state === undefined ? {} : { state }) }))
    target.searchParams.set(name, value)
  response.redirect(302, target.href)
}

/** The form posts to the address that it stands at. */
function authorizePage({ users }: MondayState): string {
  const options = [...users.values()].map(
    ({ id, name, email }) => `<option value="${id}">${escapeHtml(name)} – ${escapeHtml(email)}</option>`,
  )
  return `<!doctype html><html lang="en"><title>Authorize Mailboard</title><body style="font: 16px system-ui; max-width: 32rem; margin: 3rem auto">
    <p>monday.com <em>(stand-in)</em></p><h1>Mailboard wants to access your account</h1>
    <form method="post"><label>Signed in as <select name="user">${options.join('')}</select></label>
    <p><button name="decision" value="deny">Cancel</button> <button name="decision" value="authorize">Authorize</button></p></form></body></html>`
}

async function tokens(state: MondayState, refreshes: Map<string, Refresh>, { user, scopes }: Pick<Code, 'user' | 'scopes'>) {
  const expiresAt = state.now() + state.behaviour.accessTokenSeconds * 1000
  const accessToken = await issueToken(state, { user, kind: 'oauth', scopes: new Set(scopes), expiresAt })
  const refreshToken = randomBytes(32).toString('base64url')
  refreshes.set(refreshToken, { user, scopes, accessToken, isUsed: false })
  // When it ends is read from the token itself: `expires_in` is not part of the answer.
  return { access_token: accessToken, refresh_token: refreshToken, token_type: 'Bearer', scope: scopes.join(' ') }
}

async function legacyTokens(state: MondayState, { user, scopes }: Code) {
  const accessToken = await issueToken(state, { user, kind: 'oauth', scopes: new Set(scopes), expiresAt: null })
  return { access_token: accessToken, token_type: 'Bearer', scope: scopes.join(' ') }
}

/** It looks like a JWT, and is one. */
export async function issueToken(state: MondayState, token: Omit<Token, 'id' | 'isRevoked'>): Promise<string> {
  const id = randomUUID()
  const { user, expiresAt } = token
  const unsigned = new SignJWT({ tid: id, uid: Number(user.id), actid: Number(user.account.id) }).setProtectedHeader({ alg: 'HS256' })
  if (expiresAt !== null) unsigned.setExpirationTime(Math.floor(expiresAt / 1000))
  const jwt = await unsigned.sign(new TextEncoder().encode(state.app.signingSecret))
  state.tokens.set(jwt, { ...token, id, isRevoked: false })
  return jwt
}

const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

function formOf({ body }: Request): Form {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
