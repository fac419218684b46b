// The pane as Outlook on the web shows it, with the real server and the sandbox: over https with Microsoft's own office.js if a
// certificate is given, otherwise over http with the sandbox's small one.
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { deliverSeedMails } from '../../../sandbox/mails/seed.ts'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { openTestDatabase } from '../databases.ts'
import { freePort } from '../free-port.ts'
import { startServerInside } from '../test-server.ts'
import type { Certificate } from './certificate.ts'
import { answerAsMicrosoft, type OfficeJs } from './microsoft-cdn.ts'
import { paneIn } from './pane.ts'

export type Outlook = Awaited<ReturnType<typeof openOutlook>>

export async function openOutlook({ certificate, env = {} }: { certificate?: Certificate; env?: Record<string, string> } = {}) {
  const serverUrl = `${certificate ? 'https' : 'http'}://localhost:${await freePort()}`
  const sandbox = await startSandbox({ serverUrl, ...(certificate && { tls: certificate }) })
  await deliverSeedMails(sandbox)
  // office.js trusts a page that has the pane's own host name.
  const hostUrl = sandbox.url.replace('127.0.0.1', 'localhost')
  const storage = await openTestDatabase('pglite')
  const { OFFICE_JS_URL: ofTheSandbox = '', ...environment } = sandbox.environment(serverUrl)
  const server = await startServerInside(serverUrl, {
    ...environment,
    ...(certificate ? { TLS_CERT: certificate.certPath, TLS_KEY: certificate.keyPath } : { OFFICE_JS_URL: ofTheSandbox }),
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
    HOST: 'localhost',
    PORT: new URL(serverUrl).port,
    FRAME_ANCESTORS: hostUrl,
    ...storage.env,
    ...env,
  })
  return {
    sandbox,
    serverUrl,
    hostUrl,
    /** A window of Outlook with the pane in it. */
    async openWindow(browser: Browser, { officeJs = () => 'with-bridge', ...options }: WindowOptions = {}) {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        ...options,
      })
      const cdn = await answerAsMicrosoft(context, officeJs)
      const complaints: string[] = []
      context.on('weberror', (error) => complaints.push(String(error.error())))
      context.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      const query = officeJs() === 'without-bridge' ? '?nested-app-auth=no' : ''
      await page.goto(`${hostUrl}/${query}`)
      return { context, page, cdn, complaints, ...paneIn(page, 'en') }
    },
    async stop() {
      await server.stop()
      await sandbox.stop()
      await storage.drop()
    },
  }
}

type WindowOptions = BrowserContextOptions & { officeJs?: () => OfficeJs }
