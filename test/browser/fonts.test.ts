import { expect, test } from '@jest/globals'
import { findChromium, launchBrowser } from '../support/chromium.ts'

test('the browser that comes with the tests paints text with the font that comes with it, whatever fonts the machine has', async () => {
  const here = await findChromium()
  await using browser = await launchBrowser()
  const page = await browser.newPage()
  await page.setContent('<p style="font-family: sans-serif">Été à Genève</p>')

  const devtools = await page.context().newCDPSession(page)
  await devtools.send('DOM.enable')
  await devtools.send('CSS.enable')
  const { root } = await devtools.send('DOM.getDocument')
  const { nodeId } = await devtools.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'p' })
  const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId })

  expect(fonts.reduce((sum, { glyphCount }) => sum + glyphCount, 0)).toBeGreaterThan(0)
  if (here?.env['FONTCONFIG_FILE']) expect(fonts.map(({ familyName }) => familyName)).toEqual(['Open Sans'])
})
