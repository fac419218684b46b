// The taskpane's files. One bundle serves every installation: what differs is filled into the page here.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import express, { type Response, Router } from 'express'
import { escapeMarkup } from '../../recipes/escape.ts'
import type { Config } from '../config.ts'
import { Problem } from '../problem.ts'
import { manifestFor } from './manifest.ts'
import { refuseMethod } from './route.ts'

/** Outlook shows the icons on its own pages, which may be isolated from resources without this header. */
const forOutlook = { 'Cross-Origin-Resource-Policy': 'cross-origin' }
const built = fileURLToPath(new URL('../../dist', import.meta.url))
const microsoftCdn = 'https://appsforoffice.microsoft.com'

export function paneRoutes(config: Config): Router {
  const router = Router()
  router.get('/', (_request, response) => response.redirect(302, '/taskpane.html'))
  router.get('/taskpane.html', async (_request, response) => {
    const page = await readPage('taskpane.html')
    response.set({ ...forOutlook, 'Content-Security-Policy': paneCsp(config), 'Cross-Origin-Opener-Policy': 'same-origin-allow-popups' })
    sendPage(response, filledIn(page, config))
  })
  // The sign-in dialog for hosts in which the pane cannot communicate with an MSAL window. It needs its opener, so no policy may separate them.
  router.get('/sign-in.html', async (_request, response) => {
    response.set('Content-Security-Policy', paneCsp({ ...config, frameAncestors: ["'none'"] }))
    sendPage(response, filledIn(await readPage('sign-in.html'), config))
  })
  // Where sign-in returns to: in its own window, or in a hidden frame of the pane.
  router.get('/auth.html', async (_request, response) => {
    response.set(
      'Content-Security-Policy',
      `${pageCsp}; connect-src 'self' ${new URL(config.entra.authority).origin}; frame-ancestors 'self'`,
    )
    sendPage(response, await readPage('auth.html'))
  })
  router.get('/manifest.xml', async (_request, response) => {
    response
      .set('Cache-Control', 'no-cache')
      .type('application/xml')
      .send(await manifestFor(config.publicUrl))
  })
  router.all(['/taskpane.html', '/sign-in.html', '/auth.html', '/manifest.xml'], refuseMethod(['GET']))
  router.use(
    express.static(built, { index: false, setHeaders: (response, path) => response.set({ ...forOutlook, 'Cache-Control': lifeOf(path) }) }),
  )
  return router
}

const pageCsp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; object-src 'none'"

export function paneCsp({ officeJsUrl, entra, frameAncestors }: Pick<Config, 'officeJsUrl' | 'entra' | 'frameAncestors'>): string {
  const authority = new URL(entra.authority).origin
  const scripts = officeScripts(new URL(officeJsUrl))
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self' ${authority}`,
    `frame-src 'self' ${authority}`,
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    ['frame-ancestors', ...frameAncestors].join(' '),
  ].join('; ')
}

/**
 * Only the folder from which office.js loads its parts: Microsoft's CDN has much that is not office.js. office.js also loads one
 * file from another host, and fails without it.
 */
function officeScripts({ origin, pathname }: URL): string[] {
  // Characters that end a source or a directive in a policy.
  const folder = pathname
    .slice(0, pathname.lastIndexOf('/') + 1)
    .replaceAll(';', '%3B')
    .replaceAll(',', '%2C')
  return [`${origin}${folder}`, ...(origin === microsoftCdn ? ['https://ajax.aspnetcdn.com/ajax/3.5/MicrosoftAjax.js'] : [])]
}

const filledIn = (page: string, config: Config) =>
  page.replace('__MAILBOARD_SETTINGS__', () => settings(config)).replace('__OFFICE_JS_URL__', () => escapeMarkup(config.officeJsUrl))

const settings = ({ entra: { clientId, authority, tenantId }, officeJsUrl }: Config) =>
  escapeMarkup(JSON.stringify({ clientId, authority: `${authority}/${tenantId}`, scope: `api://${clientId}/access_as_user`, officeJsUrl }))

async function readPage(name: string): Promise<string> {
  try {
    return await readFile(`${built}/${name}`, 'utf8')
  } catch (error) {
    throw new Problem('not-found', 'The taskpane is not built yet: run npm run build.', {}, error)
  }
}

const sendPage = (response: Response, html: string) => void response.set('Cache-Control', 'no-cache').type('text/html').send(html)

/** A file with a hash in its name never changes. Outlook does not show icons that may not be cached. */
function lifeOf(path: string): string {
  if (/\.[0-9a-f]{8,}\.\w+$/.test(path)) return 'public, max-age=31536000, immutable'
  return path.endsWith('.png') ? 'public, max-age=86400' : 'no-cache'
}
