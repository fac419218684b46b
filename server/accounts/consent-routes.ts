// Microsoft's consent for a mailbox, asked for in a window of its own: our one-use page sends the browser on with a cookie,
// Entra sends it back with a code, and what the code gives goes the same way as what an exchange gives. The cookie holds
// what proves that the answer belongs to the window that asked; nothing of it is kept here.
import { type Request, type Response, Router } from 'express'
import { codesIn, judgeConsentError } from '../connections/entra-refusal.ts'
import { log } from '../log.ts'
import { Problem } from '../problem.ts'
import { covers } from '../connections/scopes.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { isApprovalRequiredIn, noteApprovalRequired } from '../people/approval-store.ts'
import { completeConnection, oneAtATime } from './complete-connection.ts'
import { clearConsentCookie, type ConsentCookie, readConsentCookie, setConsentCookie } from './consent-cookie.ts'
import { type ConsentEnd, consentWords, sendConsentEnd } from './consent-page.ts'
import { newSecret } from '../people/secret.ts'
import { type ConsentRequest, takeConsentRequest, useConsentPage } from './consent-store.ts'
import type { AccountDeps } from './account-deps.ts'
import { harden } from './plain-page.ts'

export function consentRoutes(deps: AccountDeps): Router {
  const router = Router()
  router.get('/connect/microsoft/:secret', async (request, response) => {
    // A look at the address alone must not use it up.
    if (request.method === 'HEAD') return void response.status(200).end()
    const cookie = { state: newSecret(), nonce: newSecret(), verifier: newSecret() }
    const asked = await useConsentPage(deps.db, 'microsoft', request.params.secret, cookie.state)
    if (asked === undefined) return answer(request, response, 'expired')
    if (!deps.tenants.allows(asked.tenantId)) return answer(request, response, 'refused')
    try {
      const address = await deps.tokens.entra.authorizationUrl({ ...asked, ...cookie })
      setConsentCookie(response, deps.config.publicUrl, cookie)
      harden(response).redirect(303, address)
    } catch (error) {
      log.warn({ err: error }, 'A consent page could not be opened')
      answer(request, response, 'away')
    }
  })
  router.get('/oauth/microsoft/callback', async (request, response) => {
    const cookie = readConsentCookie(request, deps.config.publicUrl)
    clearConsentCookie(response, deps.config.publicUrl)
    answer(request, response, await endOf(deps, request, cookie))
  })
  return router
}

/** Nothing of the answer is looked at before it is known to belong to this window. */
async function endOf(deps: AccountDeps, request: Request, cookie: ConsentCookie | undefined): Promise<ConsentEnd> {
  const { state, error } = request.query
  if (cookie === undefined || typeof state !== 'string' || state !== cookie.state) return 'expired'
  const asked = await takeConsentRequest(deps.db, 'microsoft', state)
  if (asked === undefined) return 'expired'
  if (error !== undefined) return endOfError(deps, request, asked)
  try {
    return await redeem(deps, request, asked, cookie)
  } catch (failure) {
    log.warn({ err: failure, personId: asked.personId }, 'A consent did not end in a connection')
    const code = failure instanceof Problem ? failure.code : undefined
    return code === 'stronger-sign-in' ? 'stronger' : code === 'microsoft-refused' ? 'refused' : 'away'
  }
}

async function endOfError(deps: AccountDeps, { query }: Request, asked: ConsentRequest): Promise<ConsentEnd> {
  const verdict = judgeConsentError(query)
  if (verdict === 'outage') return 'away'
  if (verdict === 'operator') {
    log.error({ codes: codesIn(query['error_description']) }, 'Microsoft finds the app registration incomplete')
    return 'refused'
  }
  if (verdict === 'approval-required') return approvalRequired(deps, asked)
  // Returning from "Need admin approval" says no more than declining does; what a colleague was told says the rest.
  const isKnown = await asSystem(deps.db, (trx) => isApprovalRequiredIn(trx, asked))
  return isKnown ? approvalRequired(deps, asked) : 'declined'
}

/** The pane that waits for this window learns of it. There is no connection yet; the person's own id would announce their erasure. */
async function approvalRequired(deps: AccountDeps, asked: ConsentRequest): Promise<ConsentEnd> {
  const { tenantId, personId } = asked
  await asSystem(deps.db, (trx) => noteApprovalRequired(trx, asked))
  await asPerson(deps.db, asked, (trx) => deps.tokens.announce(trx, { tenantId, personId, kind: 'connection', id: tenantId }))
  return 'approval-required'
}

async function redeem(deps: AccountDeps, request: Request, asked: ConsentRequest, cookie: ConsentCookie): Promise<ConsentEnd> {
  // Before the code is made into tokens: the tenant may have been taken from the list since the page was opened.
  if (!deps.tenants.allows(asked.tenantId)) return 'refused'
  const search = request.originalUrl.slice(request.originalUrl.indexOf('?'))
  const answered = await deps.tokens.entra.exchangeCode({ tenantId: asked.tenantId, search, ...cookie })
  if ('refusal' in answered) {
    const { verdict } = answered.refusal
    if (verdict === 'approval-required') return approvalRequired(deps, asked)
    return verdict === 'consent-required' ? 'declined' : 'refused'
  }
  const { grant, identity } = answered
  if (identity.tenantId !== asked.tenantId || identity.objectId !== asked.objectId) return 'wrong-account'
  if (!covers(grant.scopes, asked.wish.scopes)) return 'declined'
  await oneAtATime(deps, asked, () => completeConnection(deps, asked, grant, asked.wish))
  return 'connected'
}

function answer(request: Request, response: Response, end: ConsentEnd): void {
  sendConsentEnd(request, response, end, consentWords)
}
