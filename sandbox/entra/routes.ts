import { Router, type Request, type Response } from 'express'
import { adminConsentRoutes } from './admin-consent-routes.ts'
import { authorizeRoutes } from './authorize-routes.ts'
import { authenticateClient } from './client-authentication.ts'
import { grants, required, type Form } from './grants.ts'
import { tokenAnswer } from './issue.ts'
import { isTenant, keySet, openIdConfiguration } from './metadata.ts'
import type { EntraState } from './state.ts'
import { TokenError } from './token-error.ts'

export function entraRoutes(state: EntraState): Router {
  const router = Router()
  // Pages of other origins redeem their own codes and read the metadata, as with Microsoft.
  router.use((_request, response, next) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*', 'Cache-Control': 'no-store' })
    next()
  })
  router.use('/:tenant', (request, response, next) => {
    if (!isTenant(state, request.params.tenant)) return void response.status(400).json(new TokenError(90002).body)
    next()
  })
  router.get('/:tenant/v2.0/.well-known/openid-configuration', (request, response) => {
    response.json(openIdConfiguration(state, request.params.tenant))
  })
  router.get('/:tenant/discovery/v2.0/keys', (_request, response) => void response.json(keySet(state)))
  router.use(authorizeRoutes(state), adminConsentRoutes(state))
  router.options('/:tenant/oauth2/v2.0/token', (_request, response) => void response.sendStatus(204))
  router.post('/:tenant/oauth2/v2.0/token', (request, response) => answerToken(state, request, response))
  return router
}

async function answerToken(state: EntraState, request: Request, response: Response): Promise<void> {
  const tenant = String(request.params['tenant'])
  const form = formFrom(request.body)
  const entry = {
    at: new Date(),
    tenant,
    grant: shortGrant(form['grant_type'] ?? ''),
    scopes: (form['scope'] ?? '').split(' ').filter(Boolean),
    person: null as string | null,
    outcome: 'pending',
    code: null as number | null,
  }
  state.ledger.entries.push(entry)
  try {
    const tokenEndpoint = `${state.authority}/${tenant}/oauth2/v2.0/token`
    entry.person = personOf(state, form)
    await authenticateClient(state, { form, authorization: request.get('authorization'), tokenEndpoint })
    const grant = grants[required(form, 'grant_type')]
    if (!grant) throw new TokenError(70003)
    const issued = await grant(state, form, tenant)
    entry.person = issued.person.objectId
    const answer = await tokenAnswer(state, issued)
    entry.outcome = 'ok'
    const clientInfo = { uid: issued.person.objectId, utid: issued.person.tenantId }
    response.json(form['client_info'] ? { ...answer, client_info: Buffer.from(JSON.stringify(clientInfo)).toString('base64url') } : answer)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    entry.outcome = error.error
    entry.code = error.code
    response.status(error.status).json(error.body)
  }
}

/** The person of a request to the token endpoint: faults may apply to one person. */
export const personWhoAsks = (state: EntraState, { body }: Request): string | null => personOf(state, formFrom(body))

function personOf(state: EntraState, form: Form): string | null {
  const stored = state.refreshTokens.get(form['refresh_token'] ?? '') ?? state.codes.get(form['code'] ?? '')
  return stored?.person.objectId ?? null
}

function shortGrant(grant: string): string {
  return grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer' ? 'on_behalf_of' : grant
}

function formFrom(body: unknown): Form {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
