// Permission at monday.com, asked for in a window of its own: our one-use page sends the browser on with a cookie, monday.com sends it
// back with a code. The cookie holds what proves that the answer belongs to the window that asked; nothing of it is kept here.
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { log } from '../log.ts'
import { newSecret } from '../people/secret.ts'
import { Problem } from '../problem.ts'
import type { AccountDeps } from './account-deps.ts'
import { completeMonday } from './connect-monday.ts'
import { sendConsentEnd } from './consent-page.ts'
import { takeConsentRequest, useConsentPage } from './consent-store.ts'
import { askWords, type MondayEnd, mondayWords } from './monday-consent-page.ts'
import { harden, languageOf, sendPage } from './plain-page.ts'
import { windowCookie } from './window-cookie.ts'

const shape = z.object({ state: z.string().min(20), verifier: z.string().min(43) })

type Cookie = z.infer<typeof shape>

export function mondayConsentRoutes(deps: AccountDeps): Router {
  const { config, db, tenants, tokens } = deps
  const router = Router()
  const cookie = windowCookie(config.publicUrl, { name: 'mailboard-monday', lifeMs: 10 * 60_000 })
  router.get('/connect/monday/:secret', async (request, response) => {
    // A look at the address alone must not use it up.
    if (request.method === 'HEAD') return void response.status(200).end()
    if (isSentByOthers(request)) return ask(request, response)
    const given = { state: newSecret(), verifier: newSecret() }
    const asked = await useConsentPage(db, 'monday', request.params.secret, given.state)
    if (asked === undefined) return answer(request, response, 'expired')
    if (!tenants.allows(asked.tenantId)) return answer(request, response, 'refused')
    try {
      const address = await tokens.mondayOAuth.authorizationUrl(given)
      cookie.set(response, `${given.state}.${given.verifier}`)
      harden(response).redirect(303, address)
    } catch (error) {
      log.warn({ err: error }, 'The page of monday.com could not be opened')
      answer(request, response, 'away')
    }
  })
  router.get('/oauth/monday/callback', async (request, response) => {
    const [state, verifier] = cookie.read(request)?.split('.') ?? []
    cookie.clear(response)
    answer(request, response, await endOf(deps, request, shape.safeParse({ state, verifier }).data))
  })
  return router
}

/** Nothing of the answer is looked at before it is known to belong to this window. */
async function endOf(deps: AccountDeps, { query, originalUrl }: Request, cookie: Cookie | undefined): Promise<MondayEnd> {
  const { state, error } = query
  if (cookie === undefined || typeof state !== 'string' || state !== cookie.state) return 'expired'
  const asked = await takeConsentRequest(deps.db, 'monday', state)
  if (asked === undefined) return 'expired'
  // Before the code is made into tokens: the tenant may have been taken from the list since the page was opened.
  if (!deps.tenants.allows(asked.tenantId)) return 'refused'
  if (error !== undefined) return error === 'server_error' || error === 'temporary_unavailable' ? 'away' : 'declined'
  try {
    const search = originalUrl.slice(originalUrl.indexOf('?'))
    const grant = await deps.tokens.mondayOAuth.exchangeCode({ ...cookie, search, now: new Date() })
    if (grant === 'refused') return 'refused'
    await completeMonday(deps, asked, grant)
    return 'connected'
  } catch (failure) {
    log.warn({ err: failure, personId: asked.personId }, 'A permission of monday.com did not end in a connection')
    return failure instanceof Problem && failure.code !== 'service-unavailable' ? 'refused' : 'away'
  }
}

/**
 * monday.com knows no identity that could be compared with the one that asked, so a person who opens a page that was made for somebody
 * else would connect their own account to that person. Browsers say who has opened a window; only our own origin opens it without a question.
 */
function isSentByOthers({ headers }: Request): boolean {
  const site = headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin'
}

/** The link comes from our own origin, and asks for the same page. It is not used up yet. */
function ask(request: Request, response: Response): void {
  const language = languageOf(request)
  const { title, text, button } = askWords[language]
  sendPage(response, 200, { language, title, body: `<p>${text}</p><a class="button" href="">${button}</a>` })
}

function answer(request: Request, response: Response, end: MondayEnd): void {
  sendConsentEnd(request, response, end, mondayWords)
}
