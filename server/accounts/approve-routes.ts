// The page for an administrator who was sent its address, and the end of the way that begins there. It asks for no sign-in, names
// nobody, keeps nothing and changes nothing: what Microsoft granted, the next exchange of a user finds out.
import { readFile } from 'node:fs/promises'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { Config } from '../config.ts'
import { adminConsentUrl, judgeAdminConsent } from '../connections/admin-consent.ts'
import { codesIn } from '../connections/entra-refusal.ts'
import { keyFromCredential } from '../credential-key.ts'
import { log } from '../log.ts'
import type { Tenants } from '../people/tenants.ts'
import { Problem } from '../problem.ts'
import { approvalLifeMinutes, isApprovalState, newApprovalState, tenantOfState } from './approval-state.ts'
import { approvePage, type ApprovalEnd, approvalEndPage } from './approve-page.ts'
import { languageOf, sendPage } from './plain-page.ts'
import { windowCookie } from './window-cookie.ts'

type ApproveParts = { config: Config; tenants: Tenants; /** What is asked for. */ scopes: readonly string[] }

export const approvalsPerMinute = 600

export function approveRoutes({ config, tenants, scopes }: ApproveParts): Router {
  const key = keyFromCredential(config.entra, 'approval')
  const cookie = windowCookie(config.publicUrl, { name: 'mailboard-approval', lifeMs: approvalLifeMinutes * 60_000 })
  const router = Router()
  const limited = callerLimit()

  router.get(['/approve', '/approve/:tenantId'], limited, (request, response) => {
    const tenantId = organisationFrom(request.params['tenantId'])
    if (tenantId === undefined || !tenants.allows(tenantId)) return answer(request, response, 'unknown-organisation')
    const state = newApprovalState(key, tenantId, new Date())
    cookie.set(response, state)
    sendPage(response, 200, approvePage(languageOf(request), { address: adminConsentUrl(config, { tenantId, scopes, state }), scopes }))
  })

  // The one registered address takes both answers; what is no approval goes on to the consent of a person.
  const approvalsAlone: RequestHandler = ({ query }, _response, next) =>
    isApprovalState(query['state']) || query['admin_consent'] !== undefined ? next() : next('route')
  router.get('/oauth/microsoft/callback', approvalsAlone, limited, (request, response) => {
    const { state } = request.query
    const sent = cookie.read(request)
    cookie.clear(response)
    const tenantId = isApprovalState(state) && state === sent ? tenantOfState(key, state, new Date()) : undefined
    if (tenantId === undefined) return answer(request, response, 'expired')
    const end = judgeAdminConsent(request.query, { tenantId, scopes })
    if (end === 'misconfigured')
      log.error({ codes: codesIn(request.query['error_description']) }, 'Microsoft finds the app registration incomplete')
    answer(request, response, end)
  })

  router.get('/security', limited, securityAnswers)
  router.all(['/approve', '/approve/:tenantId', '/security'], (request) => {
    throw new Problem('method-not-allowed', `${request.method} is not allowed here.`, { allow: ['GET'] })
  })

  const answer = (request: Request, response: Response, end: ApprovalEnd) =>
    sendPage(response, statusOf[end] ?? 400, approvalEndPage(languageOf(request), end, scopes))
  return router
}

const statusOf: Partial<Record<ApprovalEnd, number>> = { approved: 200, 'unknown-organisation': 404, away: 503 }

/** Those of personal accounts are no organisation's, and neither is the empty one. */
const nobodys = new Set(['9188040d-6c67-4c5b-b112-36a304b66dad', '00000000-0000-0000-0000-000000000000'])

function organisationFrom(tenantId: unknown): string | undefined {
  const id = typeof tenantId === 'string' ? tenantId.toLowerCase() : ''
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) && !nobodys.has(id) ? id : undefined
}

/** By the address that asks, since nobody signs in here. */
const callerLimit = () =>
  rateLimit({
    windowMs: 60_000,
    limit: approvalsPerMinute,
    keyGenerator: ({ ip = '' }) => ipKeyGenerator(ip),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) => next(new Problem('too-many-requests', 'Wait a moment and try again.')),
  })

/** As text: the same words as in the documentation, with nothing that could run. */
const securityAnswers: RequestHandler = async (request, response) => {
  const text = await readFile(new URL(`../../docs/security.${languageOf(request)}.md`, import.meta.url), 'utf8')
  response.set({ 'Cache-Control': 'no-cache', Vary: 'Accept-Language' }).type('text/plain').send(text)
}
