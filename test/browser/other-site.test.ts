// The pane under Microsoft's own office.js in a page of another site, as Outlook on the web is, without nested app authentication: the
// browser parts what the frame hears from what its windows say, so that only a dialog of Office can sign its person in.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/chromium.ts'
import { trustedCertificate, type Certificate } from '../support/outlook-host/certificate.ts'
import { answerAsMicrosoft } from '../support/outlook-host/microsoft-cdn.ts'
import { openOutlook, type Outlook } from '../support/outlook-host/outlook.ts'
import { paneIn, signInByWindow } from '../support/outlook-host/pane.ts'

const outlookHost = 'outlook.office.com'

let certificate: Certificate
let outlook: Outlook
let browser: Browser

beforeAll(async () => {
  certificate = await trustedCertificate()
  outlook = await openOutlook({ certificate, env: { FRAME_ANCESTORS: `https://${outlookHost}` } })
  outlook.sandbox.answerTo(outlookHost)
  browser = await launchBrowser(`--host-resolver-rules=MAP ${outlookHost}:443 127.0.0.1:${new URL(outlook.sandbox.url).port}`)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await outlook?.stop()
  certificate?.forget()
})

async function openWindow() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  await answerAsMicrosoft(context, () => 'without-bridge')
  await context.route(`https://${outlookHost}/**`, (route) => route.continue())
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(`https://${outlookHost}/?nested-app-auth=no`)
  return { context, page, ...paneIn(page, 'en') }
}

test('a dialog signs in, a reload needs none, and signing out ends it', async () => {
  const { context, page, button, tab } = await openWindow()
  await signInByWindow({ context, button, tab })
  expect(context.pages()).toHaveLength(1)
  await page.locator('#reload').click()
  await tab('mail').waitFor()
  expect(context.pages()).toHaveLength(1)
  await button('tab.settings').click()
  await button('sign-out').click()
  await button('sign-in').waitFor()
  await context.close()
}, 90_000)

test('a dialog that is closed or declined says so, and can be opened again', async () => {
  const { context, button, pane, t } = await openWindow()
  for (const end of ['close', 'decline'] as const) {
    const opening = context.waitForEvent('page')
    await button('sign-in').click()
    const microsoft = await opening
    await microsoft.getByRole('button', { name: 'Accept' }).waitFor()
    if (end === 'close') await microsoft.close()
    else await microsoft.getByRole('button', { name: 'Decline' }).click()
    // Who declines may have been told that an administrator is needed: the words name both.
    await pane.getByText(t(end === 'close' ? 'sign-in.failed.cancelled' : 'sign-in.failed.unknown')).waitFor()
    await button('sign-in').waitFor()
  }
  await context.close()
}, 90_000)
