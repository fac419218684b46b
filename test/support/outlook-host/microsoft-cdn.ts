// Microsoft's addresses without a network: office.js from the npm copy, MicrosoftAjax.js from a stand-in, and nothing else. Requests
// that would leave this machine are recorded.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { BrowserContext, Route } from 'playwright-core'

export type Cdn = {
  /** Requests to other machines, which were not answered. */
  refused: string[]
  /** The files of office.js that were served. */
  served: string[]
}

/** `hangs`: a filter neither passes nor rejects the request. */
export type OfficeJs = 'with-bridge' | 'without-bridge' | 'hangs'

export async function answerAsMicrosoft(context: BrowserContext, officeJs: () => OfficeJs): Promise<Cdn> {
  const cdn: Cdn = { refused: [], served: [] }
  await context.route(
    ({ hostname }) => !loopback.has(hostname),
    async (route) => {
      const { origin, pathname } = new URL(route.request().url())
      const file = pathname.startsWith(cdnPath) ? officeFile(pathname.slice(cdnPath.length)) : undefined
      if (origin === 'https://appsforoffice.microsoft.com' && file) {
        if (officeJs() === 'hangs') return
        cdn.served.push(pathname.slice(cdnPath.length))
        return answer(route, pathname.endsWith('/office.js') && officeJs() === 'with-bridge' ? file + bridge() : file)
      }
      if (origin === 'https://ajax.aspnetcdn.com' && pathname === '/ajax/3.5/MicrosoftAjax.js') return answer(route, microsoftAjax())
      cdn.refused.push(route.request().url())
      return route.abort()
    },
  )
  return cdn
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])
const cdnPath = '/lib/1/hosted/'
const require = createRequire(import.meta.url)
const officeJsFolder = join(dirname(require.resolve('@microsoft/office-js/package.json')), 'dist')
const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const microsoftAjax = () => text('microsoft-ajax.js')

/** Today's office.js includes the bridge of nested app authentication; the npm copy is older. */
const bridge = () => text('../../../sandbox/outlook/bridge.js')

/** office.js requests en-US; the package has en-us. */
function officeFile(name: string): string | undefined {
  const path = [name, name.toLowerCase()].map((each) => join(officeJsFolder, each)).find(existsSync)
  return path && readFileSync(path, 'utf8')
}

const answer = (route: Route, body: string) =>
  route.fulfill({ contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' }, body })
