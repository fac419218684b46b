// Consent for a whole tenant, by one of its administrators. Anyone else is sent back with a refusal.
import { Router, type Request, type Response } from 'express'
import { adminConsentPage, errorPage } from './authorize-page.ts'
import { fullScope, readScopes } from './scopes.ts'
import type { EntraState } from './state.ts'
import { TokenError } from './token-error.ts'

type Asked = { tenantId: string; tenantName: string; redirectUri: string; state: string | undefined; permissions: string[] }

export function adminConsentRoutes(state: EntraState): Router {
  const router = Router()
  const path = '/:tenant/v2.0/adminconsent'

  router.get(path, (request, response) => {
    const asked = readRequest(state, request, response)
    if (!asked) return
    const people = state.directory.people.filter(({ tenantId }) => tenantId === asked.tenantId)
    response.send(adminConsentPage({ tenant: asked.tenantName, permissions: asked.permissions, people }))
  })

  router.post(path, (request, response) => {
    const asked = readRequest(state, request, response)
    if (!asked) return
    const form: { person?: unknown; decision?: unknown } = request.body ?? {}
    const declined = 'AADSTS65004: User declined to consent to access the app.'
    if (form.decision !== 'accept') return sendBack(response, asked, { error: 'access_denied', error_description: declined })
    const person = state.directory.people.find(({ objectId }) => objectId === form.person)
    if (person?.tenantId !== asked.tenantId)
      return void response.status(400).send(errorPage('AADSTS50020: This account does not exist in the tenant.'))
    if (!state.directory.administrators.has(person.objectId))
      return sendBack(response, asked, { error: 'permission_denied', error_description: 'The admin canceled the request' })
    // Permissions that were granted before and are not requested now are revoked.
    state.tenantConsents.set(asked.tenantId, new Set(asked.permissions))
    const scope = asked.permissions.map((permission) => fullScope('graph', state.clientId, permission)).join(' ')
    sendBack(response, asked, { admin_consent: 'True', scope })
  })
  return router
}

function readRequest(state: EntraState, request: Request, response: Response): Asked | null {
  const { client_id: clientId, redirect_uri: redirectUri, scope, state: given } = request.query
  const refuse = (text: string) => {
    response.status(400).send(errorPage(text))
    return null
  }
  if (clientId !== state.clientId) return refuse('AADSTS700016: Application was not found in the directory.')
  if (typeof redirectUri !== 'string' || !(state.redirectUris.has(redirectUri) || state.spaRedirectUris.has(redirectUri)))
    return refuse('AADSTS50011: The redirect URI specified in the request does not match the ones configured.')
  const tenant = state.directory.tenants.get(String(request.params['tenant']))
  if (!tenant) return refuse('AADSTS90002: Tenant not found.')
  try {
    const { resource, permissions } = readScopes(state, typeof scope === 'string' ? scope : '')
    if (resource !== 'graph' || permissions.length === 0)
      return refuse('AADSTS70011: The provided value for the input parameter scope is not valid.')
    return { tenantId: tenant.id, tenantName: tenant.name, redirectUri, state: typeof given === 'string' ? given : undefined, permissions }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return refuse(error.message)
  }
}

function sendBack(response: Response, { redirectUri, tenantId, state }: Asked, parameters: Record<string, string>): void {
  const target = new URL(redirectUri)
  const all = { ...parameters, tenant: tenantId, ...(state === undefined ? {} : { state }) }
  for (const [name, value] of Object.entries(all)) target.searchParams.set(name, value)
  response.redirect(302, target.href)
}
