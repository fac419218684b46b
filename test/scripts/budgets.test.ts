import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const budgets = fileURLToPath(new URL('../../scripts/budgets.mjs', import.meta.url))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailboard-budgets-'))
  mkdirSync(join(folder, 'js'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function verdict({ page = '', script = 'start()' }: { page?: string; script?: string }) {
  writeFileSync(join(folder, 'taskpane.html'), `<script src="/js/taskpane.js"></script><script src="__OFFICE_JS_URL__"></script>${page}`)
  writeFileSync(join(folder, 'js/taskpane.js'), script)
  const { status, stderr } = spawnSync(process.execPath, [budgets, folder], { encoding: 'utf8' })
  return { status, stderr }
}

test('a light pane fits', () => {
  expect(verdict({})).toEqual({ status: 0, stderr: '' })
})

test.each([
  ['a heavy page', { page: '<p>word </p>'.repeat(1200) }, /page with its style sheet: \d+ bytes too many/],
  ['heavy scripts', { script: randomBytes(200_000).toString('base64') }, /first scripts, gzip: \d+ bytes too many/],
  ['a style sheet outside the page', { page: '<link rel="stylesheet" href="/pane.css">' }, /waits for \/pane\.css/],
  ['MSAL at once', { script: 'window.nestedAppAuthBridge' }, /hold MSAL/],
  ['a screen at once', { script: 't("recipe.save-on")' }, /hold a screen \("recipe\.save-on"\)/],
])('%s does not', (_name, pane, expected) => {
  const { status, stderr } = verdict(pane)
  expect(stderr).toMatch(expected)
  expect(status).toBe(1)
})
