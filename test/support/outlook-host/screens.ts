// Visits the pane's screens in both languages, in the light and the dark theme: checks each, and saves a picture of it to
// test-screenshots/.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { until } from '../until.ts'
import { faultsOfPane } from './look.ts'
import { paneIn, type PaneWords } from './pane.ts'

const pictures = fileURLToPath(new URL('../../../test-screenshots/', import.meta.url))
export const languages = [
  ['en', 'en-US'],
  ['fr', 'fr-FR'],
] as const

export type Screens = Record<string, (words: PaneWords) => Promise<unknown>>

/** Visits the screens in both languages, and checks each in the light and the dark theme. */
export async function walk(page: Page, screens: Screens): Promise<string[]> {
  const faults: string[] = []
  for (const [language, locale] of languages) {
    await page.locator('#language').selectOption(locale)
    await page.locator('#reload').click()
    const words = paneIn(page, language)
    for (const [name, open] of Object.entries(screens)) {
      await open(words).catch((error: unknown) => {
        throw new Error(`${language}, ${name}: the screen does not open.`, { cause: error })
      })
      for (const theme of ['light', 'dark']) {
        await inTheme(page, theme)
        faults.push(...(await look(page, `${name}-${language}-${theme}`)))
      }
      await inTheme(page, 'light')
      if (await words.pane.getByRole('alertdialog').isVisible()) await words.button('cancel').click()
    }
  }
  return faults
}

export async function signIn(page: Page, { button }: PaneWords) {
  await button('sign-in').click()
  await page.locator('#account-yes').click()
}

export async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(pictures, { recursive: true })
  await page.locator('#pane').screenshot({ path: `${pictures}pane-${name}.png`, animations: 'disabled' })
  return (await faultsOfPane(page)).map((fault) => `${name}: ${fault}`)
}

/** The button may be under a dialog of Outlook's; a click by script reaches it. */
async function inTheme(page: Page, theme: string) {
  const isDark = await page.locator('html').getAttribute('data-theme')
  if (isDark !== theme) await page.locator('#theme').dispatchEvent('click')
  await until(async () => (await page.locator('html').getAttribute('data-theme')) === theme)
}
