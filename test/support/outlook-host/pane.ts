// The pane in Outlook's page, found by the words that people see.
import { readFileSync } from 'node:fs'
import type { BrowserContext, FrameLocator, Page } from 'playwright-core'

export type PaneLanguage = 'en' | 'fr'

export type PaneWords = {
  pane: FrameLocator
  /** The pane's text for an ID, complete or up to its first value. */
  t(key: string): string
  button(key: string): ReturnType<FrameLocator['getByRole']>
  tab(key: string): ReturnType<FrameLocator['getByRole']>
}

export function paneIn(page: Page, language: PaneLanguage): PaneWords {
  const words = JSON.parse(readFileSync(new URL(`../../../addin/text/${language}.json`, import.meta.url), 'utf8')) as Record<string, string>
  const pane = page.frameLocator('iframe[title="Mailboard"]')
  const t = (key: string) => {
    const found = words[key]
    if (found === undefined) throw new Error(`The pane has no words for ${key}.`)
    return found
  }
  return {
    pane,
    t,
    button: (key) => pane.getByRole('button', { name: t(key), exact: true }),
    tab: (key) => pane.getByRole('tab', { name: t(`tab.${key}`), exact: true }),
  }
}

type Window = Pick<PaneWords, 'button' | 'tab'> & { context: BrowserContext }

/** Signs Camille in, in the window that the pane's button opens. */
export async function signInByWindow({ context, button, tab }: Window): Promise<void> {
  const opening = context.waitForEvent('page')
  await button('sign-in').click()
  const microsoft = await opening
  await microsoft.getByLabel('Signed in as').selectOption({ label: 'Camille Martin – camille.martin@contoso-demo.example' })
  await microsoft.getByRole('button', { name: 'Accept' }).click()
  await tab('mail').waitFor()
}
