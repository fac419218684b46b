// Sign-in and consent as a page: checks the request, asks the person, sends the browser back with a code.
import { randomBytes } from 'node:crypto'
import { Router, type Request, type Response } from 'express'
import { approvalNeededPage, authorizePage, errorPage, escapeHtml } from './authorize-page.ts'
import type { Person } from './directory.ts'
import { consentsOf, isConsented, needsAdministrator, readScopes } from './scopes.ts'
import type { EntraState } from './state.ts'
import { TokenError } from './token-error.ts'

type Asked = {
  tenant: string
  redirectUri: string
  responseMode: string
  state: string | undefined
  scope: string
  challenge: string
  nonce: string | undefined
  strong: boolean
}

const codeLifeMs = 10 * 60_000

export function authorizeRoutes(state: EntraState): Router {
  const router = Router()
  const path = '/:tenant/oauth2/v2.0/authorize'

  router.get(path, (request, response) => {
    const asked = readRequest(state, request, response)
    if (!asked) return
    const { login_hint: hint, prompt } = request.query
    const people = peopleOf(state, asked.tenant)
    const hinted = people.find(({ address }) => address === hint)
    const person = hinted ?? people[0]
    if (!person) return void refuse(response, 400, 'There is nobody in this tenant.')
    if (typeof prompt !== 'string' || prompt === 'none') {
      if (isAllConsented(state, person, asked.scope)) return sendCode(state, { asked, person, response })
      if (prompt === 'none') return sendBack(response, asked, { error: 'interaction_required', error_description: 'AADSTS65001' })
    }
    const { resource, permissions } = readScopes(state, asked.scope)
    if (resource === 'graph' && needsAdministrator(state, person, permissions)) {
      const takesRequests = state.directory.tenants.get(person.tenantId)?.takesRequests ?? false
      return void response.send(approvalNeededPage({ person, people, takesRequests }))
    }
    response.send(authorizePage({ state, people, chosen: person, scope: asked.scope, tenant: asked.tenant }))
  })

  router.post(path, (request, response) => {
    const asked = readRequest(state, request, response)
    if (!asked) return
    const form: { person?: unknown; decision?: unknown; forAll?: unknown } = request.body ?? {}
    const answer = backWith[String(form.decision)]
    const person = peopleOf(state, asked.tenant).find(({ objectId }) => objectId === form.person)
    if (answer) {
      if (form.decision === 'request' && person) state.consentRequests.push(person)
      return sendBack(response, asked, answer)
    }
    if (!person) return void refuse(response, 400, 'AADSTS50020: This account does not exist in the tenant.')
    const { resource, permissions } = readScopes(state, asked.scope)
    if (resource !== 'graph') return sendCode(state, { asked, person, response })
    if (needsAdministrator(state, person, permissions)) {
      const takesRequests = state.directory.tenants.get(person.tenantId)?.takesRequests ?? false
      return void response.send(approvalNeededPage({ person, people: peopleOf(state, asked.tenant), takesRequests }))
    }
    if (form.decision === 'sign-in')
      return void response.send(
        authorizePage({ state, people: peopleOf(state, asked.tenant), chosen: person, scope: asked.scope, tenant: asked.tenant }),
      )
    const consents = consentsOf(state, person)
    for (const permission of permissions) consents.add(permission)
    if (form.forAll === 'yes' && state.directory.administrators.has(person.objectId))
      state.tenantConsents.set(person.tenantId, new Set(permissions))
    sendCode(state, { asked, person, response })
  })
  return router
}

/** Sends the browser back without a code. Microsoft reports a declined consent page, and more details if no one could consent. */
const backWith: Record<string, Record<string, string>> = {
  decline: {
    error: 'access_denied',
    error_subcode: 'cancel',
    error_description: 'AADSTS65004: User declined to consent to access the app.',
  },
  return: {
    error: 'access_denied',
    error_subcode: 'cancel',
    error_description: 'AADSTS90094: Mailboard needs permission to access resources in your organization that only an admin can grant.',
  },
  request: {
    error: 'access_denied',
    error_description: 'AADSTS90095: An admin consent request was sent.',
  },
}

/** Nothing is sent to the address until it is known to belong to the client. */
function readRequest(state: EntraState, request: Request, response: Response): Asked | null {
  const query = Object.fromEntries(Object.entries(request.query).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
  const redirectUri = query['redirect_uri'] ?? ''
  if (query['client_id'] !== state.clientId) return refuse(response, 400, 'AADSTS700016: Application was not found in the directory.')
  if (!state.redirectUris.has(redirectUri) && !state.spaRedirectUris.has(redirectUri)) {
    return refuse(response, 400, 'AADSTS50011: The redirect URI specified in the request does not match the ones configured.')
  }
  const asked: Asked = {
    tenant: String(request.params['tenant']),
    redirectUri,
    responseMode: query['response_mode'] ?? 'query',
    state: query['state'],
    scope: query['scope'] ?? '',
    challenge: query['code_challenge'] ?? '',
    nonce: query['nonce'],
    strong: (query['claims'] ?? '').includes('"c1"'),
  }
  const problem = faultOf(state, query)
  if (problem) {
    sendBack(response, asked, problem)
    return null
  }
  return asked
}

function faultOf(state: EntraState, query: Record<string, string>): Record<string, string> | null {
  const fault = (error: string, text: string) => ({ error, error_description: text })
  if (query['response_type'] !== 'code') return fault('unsupported_response_type', 'AADSTS700054: response_type is not enabled.')
  if (!query['code_challenge'] || query['code_challenge_method'] !== 'S256') {
    return fault(
      'invalid_request',
      'AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
    )
  }
  if (!['query', 'fragment', 'form_post'].includes(query['response_mode'] ?? 'query'))
    return fault('invalid_request', 'AADSTS90014: response_mode')
  if (!query['scope']) return fault('invalid_request', 'AADSTS900144: The request body must contain the parameter: scope.')
  try {
    readScopes(state, query['scope'])
    return null
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return fault(error.error, error.message)
  }
}

function peopleOf(state: EntraState, tenant: string): Person[] {
  const all = state.directory.people
  return state.directory.tenants.has(tenant) ? all.filter(({ tenantId }) => tenantId === tenant) : all
}

function isAllConsented(state: EntraState, person: Person, scope: string): boolean {
  const { resource, permissions } = readScopes(state, scope)
  if (resource !== 'graph') return true
  return permissions.every((permission) => isConsented(state, person, permission))
}

function sendCode(state: EntraState, { asked, person, response }: { asked: Asked; person: Person; response: Response }): void {
  const code = `1.${randomBytes(80).toString('base64url')}`
  const { redirectUri, challenge, scope, nonce } = asked
  // A person who answers the page by hand has met all sign-in requirements of their organization.
  const strong = asked.strong || state.strongerSignIn.has(person.objectId)
  state.codes.set(code, { person, redirectUri, challenge, scope, nonce, strong, expiresAt: Date.now() + codeLifeMs, used: false })
  sendBack(response, asked, { code })
}

function sendBack(response: Response, asked: Asked, parameters: Record<string, string>): void {
  const all = { ...parameters, ...(asked.state === undefined ? {} : { state: asked.state }) }
  if (asked.responseMode === 'form_post') {
    const inputs = Object.entries(all).map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    const form = `<form method="post" action="${escapeHtml(asked.redirectUri)}">${inputs.join('')}</form>`
    return void response.send(`<!doctype html><title>Working…</title>${form}<script>document.forms[0].submit()</script>`)
  }
  const target = new URL(asked.redirectUri)
  const search = new URLSearchParams(all).toString()
  if (asked.responseMode === 'fragment') target.hash = search
  else for (const [name, value] of Object.entries(all)) target.searchParams.set(name, value)
  response.redirect(302, target.href)
}

function refuse(response: Response, status: number, text: string): null {
  response.status(status).send(errorPage(text))
  return null
}
