// The browser of the tests: CHROME_PATH, or the Chromium that comes with @sparticuz/chromium, unpacked once into .cache/.
// Its own launch arguments are not used: they keep windows from opening and hide faults of cross-origin rules.
// Its own fonts.conf is not used either: it names folders of a cloud function, and Chromium aborts at the first text without a font.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { escapeMarkup } from '../../recipes/escape.ts'
import { moveWhole } from './move-whole.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const packagePath = join(root, 'node_modules/@sparticuz/chromium')

export type Chromium = { path: string; version: string; env: Record<string, string> }

let found: Promise<Chromium | undefined> | undefined

export function findChromium(): Promise<Chromium | undefined> {
  found ??= look()
  return found
}

export async function launchBrowser(...further: string[]): Promise<Browser> {
  const here = await findChromium()
  if (!here) throw new Error('There is no Chromium here: set CHROME_PATH.')
  return chromium.launch({
    executablePath: here.path,
    args: ['--no-sandbox', '--headless=shell', ...further],
    env: { ...process.env, ...here.env },
  })
}

async function look(): Promise<Chromium | undefined> {
  const chosen = process.env['CHROME_PATH']
  if (chosen) return tryOut(chosen, {})
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(packagePath)) return undefined
  const folder = await unpacked()
  const path = join(folder, 'chromium')
  const own = { FONTCONFIG_FILE: fontSettings(folder) }
  // A bare machine lacks nss; the package brings libraries of its own for that case.
  return (await tryOut(path, own)) ?? (await tryOut(path, { ...own, LD_LIBRARY_PATH: join(folder, 'al2023/lib') }))
}

async function tryOut(path: string, env: Record<string, string>): Promise<Chromium | undefined> {
  try {
    const { stdout } = await run(path, ['--no-sandbox', '--headless=shell', '--version'], {
      env: { ...process.env, ...env },
      timeout: 20_000,
    })
    return { path, version: /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'of unknown version', env }
  } catch {
    return undefined
  }
}

/** Written at each run, because the folder may have moved with the clone. FONTCONFIG_FILE overrides the machine's font settings. */
function fontSettings(folder: string): string {
  const path = join(folder, 'fonts.conf')
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${escapeMarkup(join(folder, 'fonts'))}</dir>
  <cachedir>${escapeMarkup(join(folder, 'fonts-cache'))}</cachedir>
</fontconfig>
`
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return path
  const temporary = `${path}.${randomUUID()}`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
  return path
}

/** Unpacked next to its place and then moved, so that two runs at once never see an incomplete browser. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packagePath, 'package.json'), 'utf8')) as { version: string }
  const folder = join(root, '.cache', `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(dirname(folder), { recursive: true })
  const temporary = mkdtempSync(`${folder}.`)
  const script = `
    import { inflate } from '@sparticuz/chromium'
    const bin = ${JSON.stringify(join(packagePath, 'bin'))}
    for (const name of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) await inflate(bin + '/' + name)`
  await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: dirname(packagePath),
    env: { ...process.env, TMPDIR: temporary },
  })
  moveWhole(temporary, folder)
  return folder
}
