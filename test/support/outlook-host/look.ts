// Finds faults of a screen of the pane: of accessibility, and at the width that Outlook gives it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Frame, Page } from 'playwright-core'

/** Every fault as a sentence. */
export async function faultsOfPane(page: Page): Promise<string[]> {
  const pane = page.frames().find((frame) => frame.url().includes('/taskpane.html'))
  if (pane === undefined) return ['The pane has no frame.']
  return [...(await axeFaults(pane)), ...(await pane.evaluate<string[]>(layout))]
}

/** The same for a page on its own. Its policy allows no other script, so the debugger runs it. */
export async function pageFaults(page: Page): Promise<string[]> {
  return [...(await axeFaults(page.mainFrame())), ...(await page.evaluate<string[]>(layout))]
}

/**
 * Fluent's focus trap puts two empty elements around its content, hidden from screen readers and reachable by Tab: they pass the focus
 * on at once, so it never stays there. Only they are left out.
 */
const focusSentinels = '[data-tabster-dummy]'

async function axeFaults(pane: Frame): Promise<string[]> {
  if (await pane.evaluate("typeof axe === 'undefined'")) await pane.evaluate(readFileSync(axePath, 'utf8'))
  const { violations, passes } = await pane.evaluate<Report>(
    `axe.run(${JSON.stringify({ exclude: [focusSentinels] })}, { runOnly: ${rules} })`,
  )
  if (passes.length < 5) return ['axe has seen next to nothing of the pane.']
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`))
}

type Report = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]; passes: unknown[] }

const rules = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])

/** Only in the pane's frame: @axe-core/playwright would check Outlook's page and its other frames each time. */
const require = createRequire(import.meta.url)
const axePath = createRequire(require.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js')

/** Runs in the pane, so it is text. Two lines and an ellipsis are intended; anything else that is cut off or outside is a fault. */
const layout = `(() => {
  const faults = []
  const width = document.documentElement.clientWidth
  if (document.scrollingElement.scrollWidth > width) faults.push('The page scrolls sideways: ' + document.scrollingElement.scrollWidth)
  const named = (element) => element.tagName.toLowerCase() + ' "' + element.textContent.trim().slice(0, 60) + '"'
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('.hidden, [aria-hidden="true"], svg, option, script, style') || !element.checkVisibility()) continue
    const style = getComputedStyle(element)
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    const box = element.getBoundingClientRect()
    if (box.width > 1 && (box.right > width + 1 || box.left < -1)) faults.push('Outside: ' + named(element) + ' ' + box.left + '-' + box.right)
    const cut = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1
    if (cut && style.textOverflow !== 'ellipsis' && style.webkitLineClamp === 'none' && !/^(input|textarea|pre)$/i.test(element.tagName))
      faults.push('Cut off sideways: ' + named(element))
    const button = element.closest('button, [role=tab]')
    if (hasText && button && !element.closest('.clamp, .cut') && element.scrollWidth > button.clientWidth + 1) faults.push('Too long for its button: ' + named(element))
  }
  return faults
})()`
