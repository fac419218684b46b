// Renders addin/art/icon.svg as the PNGs for manifest and pane. Run `node scripts/icons.ts` after changing the drawing.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import chromium from '@sparticuz/chromium'
import { chromium as driver } from 'playwright-core'

const root = path.join(import.meta.dirname, '..')
const sizes = [16, 25, 32, 48, 64, 80, 128]

const svg = await readFile(path.join(root, 'addin/art/icon.svg'), 'utf8')
const folder = path.join(root, 'addin/assets')
await mkdir(folder, { recursive: true })
const browser = await driver.launch({
  executablePath: process.env['CHROME_PATH'] ?? (await chromium.executablePath()),
  args: ['--no-sandbox', '--headless=shell'],
})
const page = await browser.newPage()
for (const size of sizes) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  )
  await writeFile(path.join(folder, `icon-${size}.png`), await page.screenshot({ omitBackground: true }))
}
await browser.close()
