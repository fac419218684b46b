// The first minutes of a new user, at the address that `npm start` prints. Leaves screenshots in test-screenshots/.
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import { launchBrowser } from '../support/chromium.ts'
import { runStartCommand, type Started } from '../support/start-command.ts'

const screenshots = fileURLToPath(new URL('../../test-screenshots/', import.meta.url))
const languages = [
  {
    language: 'en',
    locale: 'en-GB',
    outlook: { compose: 'New mail', subject: 'Subject', text: 'Text', send: 'Send' },
    word: 'invoice',
    subject: 'Your invoice 2026-300',
  },
  {
    language: 'fr',
    locale: 'fr-FR',
    outlook: { compose: 'Nouvel e-mail', subject: 'Objet', text: 'Texte', send: 'Envoyer' },
    word: 'facture',
    subject: 'Votre facture n° 2026-300',
  },
] as const

describe.each(languages)('in $language', ({ language, locale, outlook, word, subject }) => {
  let started: Started
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let pane: FrameLocator
  const complaints: string[] = []
  const words = JSON.parse(readFileSync(new URL(`../../addin/text/${language}.json`, import.meta.url), 'utf8')) as Record<string, string>
  const t = (key: string) => {
    const found = words[key]
    if (found === undefined) throw new Error(`The pane has no words for ${key}.`)
    return found
  }
  const button = (key: string) => pane.getByRole('button', { name: t(key), exact: true })
  const tab = (key: string) => pane.getByRole('tab', { name: t(`tab.${key}`), exact: true })
  const picture = (name: string) => page.screenshot({ path: `${screenshots}${language}-${name}.png`, animations: 'disabled' })

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true })
    started = await runStartCommand()
    browser = await launchBrowser()
    context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    context.on('weberror', (error) => complaints.push(String(error.error())))
    // The first connection is answered 409, since Microsoft asks for consent first; Chromium reports every such answer.
    context.on(
      'console',
      (message) => message.type() === 'error' && !/status of 409/.test(message.text()) && complaints.push(message.text()),
    )
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(started.address)
    pane = page.frameLocator('iframe[title="Mailboard"]')
  })

  afterAll(async () => {
    await browser?.close()
    await started?.stop()
  })

  test('a new user signs in, connects, makes a board and a recipe, and sees a mail become an item within five seconds', async () => {
    await button('sign-in').waitFor()
    await picture('1-welcome')
    await button('sign-in').click()
    await page.locator('#account-yes').click()

    await button('connect.button').waitFor()
    await picture('2-connect')
    await button('connect.button').click()
    const opening = context.waitForEvent('page')
    await button('connect.consent.button').click()
    const consent = await opening
    await consent.getByRole('button', { name: 'Accept' }).click()
    await button('on-mail.new').waitFor()
    await picture('3-connected')

    await tab('boards').click()
    await button('boards.new').first().click()
    await pane.getByLabel(t('board.name')).fill('Invoices')
    await picture('4-new-board')
    await button('boards.create').click()
    await pane.getByText(t('items.empty')).waitFor()

    await tab('recipes').click()
    await button('recipes.new').first().click()
    await pane.getByLabel(t('recipe.name')).fill('Invoices')
    const values = pane.getByLabel(t('condition.values'))
    if ((await values.count()) === 0) await button('conditions.add').click()
    await values.fill(word)
    await picture('5-recipe')
    await button('recipe.save-on').click()
    await pane.getByRole('switch').waitFor()
    await picture('6-recipes')

    await tab('boards').click()
    await pane.getByRole('button', { name: /^Invoices/ }).click()
    await pane.getByText(t('items.empty')).waitFor()
    await page.getByRole('button', { name: outlook.compose, exact: true }).click()
    const composer = page.getByRole('dialog', { name: outlook.compose })
    await composer.getByLabel(outlook.subject, { exact: true }).fill(subject)
    await composer.getByLabel(outlook.text, { exact: true }).fill('Hello,\n\nTotal: 42.00 EUR')
    const since = Date.now()
    await composer.getByRole('button', { name: outlook.send, exact: true }).click()
    await pane.getByRole('button', { name: subject }).waitFor({ timeout: 5000 })
    expect(Date.now() - since).toBeLessThan(5000)
    await picture('7-item')

    await pane.getByRole('button', { name: subject }).click()
    await pane.getByRole('heading', { name: subject }).waitFor()
    await picture('8-item-detail')
    await tab('activity').click()
    await pane.getByText(subject).first().waitFor()
    await picture('9-activity')

    await page.getByRole('region', { name: 'Mails' }).getByRole('button', { name: subject }).click()
    await tab('mail').click()
    await pane.getByRole('button', { name: subject }).waitFor()
    await picture('10-mail')
    expect(complaints).toEqual([])
  })
})
