// Where only an administrator may consent, at the address that `npm start` prints: a user is stuck, sends the request, an administrator
// approves by its link alone in a browser of their own, and the user connects with one click. Leaves screenshots in test-screenshots/.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../support/chromium.ts'
import { faultsOfPane, pageFaults } from '../support/outlook-host/look.ts'
import { paneIn, type PaneLanguage, type PaneWords } from '../support/outlook-host/pane.ts'
import { runStartCommand, type Started } from '../support/start-command.ts'
import { until } from '../support/until.ts'

const pictures = fileURLToPath(new URL('../../test-screenshots/', import.meta.url))
const languages = [
  {
    language: 'en',
    locale: 'en-GB',
    words: {
      approve: 'Review and approve at Microsoft',
      stuck: 'Your administrator must approve Mailboard',
      declined: 'Nothing was approved',
      notAllowed: 'This account can’t approve',
      approved: 'Mailboard is approved',
      expired: 'This page has expired',
    },
  },
  {
    language: 'fr',
    locale: 'fr-FR',
    words: {
      approve: 'Vérifier et approuver chez Microsoft',
      stuck: 'Votre administrateur doit approuver Mailboard',
      declined: 'Rien n’a été approuvé',
      notAllowed: 'Ce compte ne peut pas approuver',
      approved: 'Mailboard est approuvé',
      expired: 'Cette page a expiré',
    },
  },
] as const

describe.each(languages)('in $language', ({ language, locale, words }) => {
  let started: Started
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let inPane: PaneWords
  const faults: string[] = []

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    started = await runStartCommand()
    browser = await launchBrowser()
    context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(started.address)
    inPane = paneIn(page, language as PaneLanguage)
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await started?.stop()
  })

  test('a user is stuck, sends the request, and connects with one click once an administrator has approved by its link', async () => {
    const { button, pane, t } = inPane
    await page.locator('#person').selectOption({ label: 'Léa Moreau – lea.moreau@tailspin-toys.example' })
    await button('sign-in').click()
    await page.locator('#account-yes').click()
    await button('connect.button').click()
    await pane.getByText(t('connect.consent')).waitFor()
    await look('connect-consent')
    const opening = context.waitForEvent('page')
    await button('connect.consent.button').click()
    const microsoft = await opening
    await microsoft.getByRole('heading', { name: 'Need admin approval' }).waitFor()
    await microsoft.getByRole('button', { name: 'Return to the application without granting consent' }).click()
    await microsoft.getByRole('heading', { name: words.stuck }).waitFor()
    await microsoft.close()

    // The pane has learnt of it, and remembers it when it is opened again.
    await pane.getByRole('heading', { name: t('approval.title') }).waitFor()
    await page.locator('#reload').click()
    await pane.getByRole('heading', { name: t('approval.title') }).waitFor()
    await look('ask-administrator')
    await button('approval.copy').click()
    await pane
      .getByRole('button', { name: t('approval.copied') })
      .first()
      .waitFor()
    await look('ask-administrator-copied')
    await context.grantPermissions(['clipboard-read'])
    const request = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(request).toBe(await pane.locator('pre').textContent())
    const [link = ''] = /http\S+/.exec(request) ?? []
    await button('approval.check').click()
    await pane.getByRole('heading', { name: t('approval.title') }).waitFor()

    await administrators(link)

    await button('approval.check').click()
    await pane.getByRole('heading', { name: t('approval.approved') }).waitFor()
    await look('administrator-approved')
    await button('connect.button').click()
    await pane.getByRole('heading', { name: t('approval.approved') }).waitFor({ state: 'hidden' })
    await pane
      .getByRole('tab', { name: t('tab.settings') })
      .or(button('tab.settings'))
      .click()
    await pane.getByText(t('connection.status.active'), { exact: true }).waitFor()
    expect(faults).toEqual([])
  }, 240_000)

  /** Somebody else, at another machine: each step once refused, then done. */
  async function administrators(link: string): Promise<void> {
    const theirs = await browser.newContext({ locale, viewport: { width: 320, height: 700 }, reducedMotion: 'reduce' })
    const window = await theirs.newPage()
    window.setDefaultTimeout(20_000)
    const decide = async (person: string, decision: 'Accept' | 'Cancel') => {
      await window.goto(link)
      await window.getByRole('link', { name: words.approve }).click()
      await window.getByLabel('Signed in as').selectOption({ label: person })
      await window.getByRole('button', { name: decision }).click()
    }
    await window.goto(link)
    await lookAt(window, 'approve')
    await decide('Adele Vance (administrator) – adele.vance@tailspin-toys.example', 'Cancel')
    await window.getByRole('heading', { name: words.declined }).waitFor()
    await lookAt(window, 'approve-declined')
    await decide('Léa Moreau – lea.moreau@tailspin-toys.example', 'Accept')
    await window.getByRole('heading', { name: words.notAllowed }).waitFor()
    await lookAt(window, 'approve-not-allowed')
    await decide('Adele Vance (administrator) – adele.vance@tailspin-toys.example', 'Accept')
    await window.getByRole('heading', { name: words.approved }).waitFor()
    await lookAt(window, 'approve-approved')
    await window.reload()
    await window.getByRole('heading', { name: words.expired }).waitFor()
    await lookAt(window, 'approve-expired')
    await theirs.close()
  }

  async function look(name: string): Promise<void> {
    for (const theme of ['light', 'dark']) {
      if ((await page.locator('html').getAttribute('data-theme')) !== theme) await page.locator('#theme').dispatchEvent('click')
      await until(async () => (await page.locator('html').getAttribute('data-theme')) === theme)
      await page.locator('#pane').screenshot({ path: `${pictures}pane-${name}-${language}-${theme}.png`, animations: 'disabled' })
      faults.push(...(await faultsOfPane(page)).map((fault) => `${name} ${theme}: ${fault}`))
    }
    await page.locator('#theme').dispatchEvent('click')
  }

  async function lookAt(window: Page, name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await window.emulateMedia({ colorScheme })
      await window.screenshot({ path: `${pictures}${name}-${language}-${colorScheme}.png`, fullPage: true })
      faults.push(...(await pageFaults(window)).map((fault) => `${name} ${colorScheme}: ${fault}`))
    }
  }
})
