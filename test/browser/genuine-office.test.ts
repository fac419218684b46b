// The pane under Microsoft's own office.js and MSAL, in a page that speaks Outlook's protocol to them, over https on both sides.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { apiClient, type Api } from '../support/api-client.ts'
import { aBoard, aRecipe } from '../support/builders.ts'
import { launchBrowser } from '../support/chromium.ts'
import { trustedCertificate, type Certificate } from '../support/outlook-host/certificate.ts'
import { openOutlook, type Outlook } from '../support/outlook-host/outlook.ts'
import type { OfficeJs } from '../support/outlook-host/microsoft-cdn.ts'
import { signInByWindow } from '../support/outlook-host/pane.ts'
import { until } from '../support/until.ts'

let certificate: Certificate
let outlook: Outlook
let browser: Browser
let api: Api

beforeAll(async () => {
  certificate = await trustedCertificate()
  outlook = await openOutlook({ certificate })
  browser = await launchBrowser()
  const camille = outlook.sandbox.entra.people[0]
  if (!camille) throw new Error('The sandbox has lost its people.')
  api = apiClient(outlook.serverUrl, () => outlook.sandbox.entra.accessToken(camille))
  outlook.sandbox.entra.grant(camille, ['Mail.Read', 'User.Read'])
  await api.call('connectMicrosoft', { body: { permissions: ['mail.read'], catchUp: 'none' } })
  const board = await aBoard(api)
  await aRecipe(api, board, {
    name: 'Due in December',
    conditions: { all: [{ field: 'body', operator: 'contains', values: ['Due: 15 December'] }] },
  })
  await aRecipe(api, board, {
    name: 'Written by people',
    conditions: { all: [{ field: 'isAutomaticReply', operator: 'is', values: [false] }] },
  })
})

afterAll(async () => {
  await browser?.close()
  await outlook?.stop()
  certificate?.forget()
})

describe('with nested app authentication', () => {
  test('signs in over the bridge, follows the open mail while pinned, reads its text and takes on new colours', async () => {
    const { page, pane, t, button, tab, cdn, complaints, context } = await outlook.openWindow(browser)
    await button('sign-in').click()
    await page.locator('#account-yes').click()
    await tab('mail').waitFor()

    const mails = page.getByRole('region', { name: 'Mails' })
    await mails.getByRole('button', { name: 'Invoice 40218 for November' }).click()
    await pane.getByRole('heading', { name: 'Invoice 40218 for November' }).waitFor()
    await pane.getByText('Northwind Hosting').first().waitFor()
    const verdict = pane.locator('summary', { hasText: 'Due in December' })
    await verdict.getByText(t('on-mail.matches')).waitFor()
    const open = pane.locator('.card', { hasText: 'Written by people' })
    await open.getByText(t('on-mail.unknown')).waitFor()
    await open.getByRole('button', { name: t('on-mail.ask') }).click()
    await open.getByText(t('on-mail.matches')).waitFor()

    await mails.getByRole('button', { name: 'Support request #7731' }).click()
    await pane.getByRole('heading', { name: 'Support request #7731: cannot export to CSV' }).waitFor()
    await pane.getByText('Priya Raman').first().waitFor()
    await verdict.getByText(t('on-mail.does-not-match')).waitFor()

    const inPane = (script: string) =>
      page
        .frames()
        .find((each) => each.url().startsWith(outlook.serverUrl))
        ?.evaluate(script)
    const ground = () => inPane("getComputedStyle(document.querySelector('.fui-FluentProvider')).backgroundColor")
    const light = await ground()
    await page.getByRole('button', { name: 'Dark', exact: true }).click()
    await until(async () => (await ground()) !== light)
    await page.getByRole('button', { name: 'Light', exact: true }).click()
    await until(async () => (await ground()) === light)

    // Moved away, no mail is open any more.
    await page.getByRole('button', { name: 'Move to Junk' }).click()
    await pane.getByRole('heading', { name: t('mail.none.title') }).waitFor()
    await mails.getByRole('button', { name: 'Invoice 40218 for November' }).click()
    await pane.getByRole('heading', { name: 'Invoice 40218 for November' }).waitFor()

    // MSAL needs what office.js takes away.
    expect(await inPane('[typeof history.pushState, typeof history.replaceState]')).toEqual(['function', 'function'])
    expect(cdn.served).toContain('office.js')
    expect(cdn.served).toContain('outlook-web-16.01.js')
    expect(cdn.refused).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })
})

test('says what to do when office.js does not come, and starts once it does', async () => {
  let officeJs: OfficeJs = 'hangs'
  const since = Date.now()
  const { pane, t, button, context } = await outlook.openWindow(browser, { officeJs: () => officeJs })
  await pane.getByRole('heading', { name: t('blocked.title') }).waitFor()
  expect(Date.now() - since).toBeGreaterThanOrEqual(7_900)
  officeJs = 'with-bridge'
  await button('try-again').click()
  await button('sign-in').waitFor()
  await context.close()
})

describe('without nested app authentication', () => {
  test("signs in in Microsoft's own window, and silently afterwards", async () => {
    const { page, button, tab, context, cdn, complaints } = await outlook.openWindow(browser, { officeJs: () => 'without-bridge' })
    await signInByWindow({ context, button, tab })
    expect(context.pages()).toHaveLength(1)

    // Loaded again, the pane needs no window.
    await page.getByRole('button', { name: 'Reload' }).click()
    await tab('mail').waitFor()
    expect(context.pages()).toHaveLength(1)
    expect(cdn.refused).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })
})

describe('on the second day, without nested app authentication', () => {
  const aDayLater = async (page: Page) => {
    const pane = page.frames().find((each) => each.url().startsWith(outlook.serverUrl))
    await pane?.evaluate(`for (const key of Object.keys(sessionStorage)) if (key.includes('accesstoken')) sessionStorage.removeItem(key)`)
    outlook.sandbox.entra.people.forEach((person) => outlook.sandbox.entra.endDay(person))
  }

  test.each([
    ['the hidden frame never answers', { match: { path: /authorize\?.*prompt=none/ }, stall: true }],
    ['the hidden frame is answered with an error of its own', { match: { path: /authorize\?.*prompt=none/ }, status: 500, body: 'no' }],
    ['nobody answers at all', { match: { path: /(authorize\?.*prompt=none|\/token\b)/ }, stall: true }],
    ['the hidden frame’s connection breaks', { match: { path: /authorize\?.*prompt=none/ }, dropConnection: true }],
  ])(
    '%s: a button opens the window',
    async (_reason, rule) => {
      const { page, button, tab, context } = await outlook.openWindow(browser, { officeJs: () => 'without-bridge' })
      await signInByWindow({ context, button, tab })
      await aDayLater(page)
      const fault = outlook.sandbox.misbehave('entra', rule)
      await page.getByRole('button', { name: 'Reload' }).click()
      await button('sign-in').waitFor()
      fault.clear()
      // Microsoft knows the account still: the window closes by itself.
      const again = context.waitForEvent('page')
      await button('sign-in').click()
      await again
      await tab('mail').waitFor()
      await context.close()
    },
    90_000,
  )
})

describe('sideloaded', () => {
  test('the manifest that is written is the one that the server gives, and leads to the pane', async () => {
    const root = fileURLToPath(new URL('../../', import.meta.url))
    await promisify(execFile)(process.execPath, ['scripts/manifest.ts', '--url', outlook.serverUrl], { cwd: root })
    const manifest = readFileSync(`${root}dist/manifest.xml`, 'utf8')
    expect(await (await fetch(`${outlook.serverUrl}/manifest.xml`)).text()).toBe(manifest)

    const [, sourceLocation = ''] = /<SourceLocation DefaultValue="([^"]+)"/.exec(manifest) ?? []
    expect(manifest).toContain(`<bt:Url id="Pane.Url" DefaultValue="${sourceLocation}"`)
    const { page, context, complaints } = await outlook.openWindow(browser)
    await page.goto(sourceLocation)
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    expect(complaints).toEqual([])
    await context.close()
  })

  test('each icon that it names is a picture of its size, which Outlook may show and keep', async () => {
    const manifest = await (await fetch(`${outlook.serverUrl}/manifest.xml`)).text()
    const icons = [...new Set(manifest.match(/https:[^"]+\.png/g))]
    expect(icons.map((icon) => Number(/-(\d+)\.png$/.exec(icon)?.[1])).toSorted((one, other) => one - other)).toEqual([16, 32, 64, 80, 128])
    for (const icon of icons) {
      const answer = await fetch(icon)
      const png = Buffer.from(await answer.arrayBuffer())
      const size = Number(/-(\d+)\.png$/.exec(icon)?.[1])
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
      expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=[1-9]/)
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
      expect(png.subarray(1, 4).toString()).toBe('PNG')
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
    }
  })
})
