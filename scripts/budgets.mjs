// Checks the size of the pane before it can be used: the page itself, which renders without a script, and the scripts that the page loads
// at once. MSAL and every further screen load later, from files of their own.
//   node scripts/budgets.mjs [folder of the build, dist if left out]
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url))
const budgets = { 'page with its style sheet': 14_000, 'first scripts, gzip': 130_000 }

/** Words that occur only in a library or screen, and not in anything that is loaded at once. */
const lazy = {
  MSAL: /nestedAppAuthBridge/,
  'a screen': /["'](recipe\.save-on|items\.empty|activity\.empty|policy\.title|connect\.consent\.button)["']/,
}

const page = readFileSync(join(dist, 'taskpane.html'), 'utf8')
const faults = []
const outside = [...page.matchAll(/<link[^>]*\shref="([^"]+)"/g)].map(([, href]) => href).filter((href) => !/icon/.test(href))
if (outside.length > 0) faults.push(`The page waits for ${outside.join(', ')} before it paints.`)

const sources = [...page.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map(([, source]) => source).filter((source) => !source.startsWith('__'))
if (sources.length === 0) faults.push('The page asks for no script.')
const scripts = sources.map((source) => readFileSync(join(dist, source)))

const sizes = {
  'page with its style sheet': Buffer.byteLength(page),
  'first scripts, gzip': scripts.reduce((sum, script) => sum + gzipSync(script).length, 0),
}
for (const [part, size] of Object.entries(sizes)) {
  console.log(`${part}: ${size} of ${budgets[part]} bytes`)
  if (size > budgets[part]) faults.push(`${part}: ${size - budgets[part]} bytes too many.`)
}
for (const [what, words] of Object.entries(lazy)) {
  const early = scripts.map((script) => words.exec(script.toString())?.[0]).find((found) => found !== undefined)
  if (early !== undefined) faults.push(`The first scripts hold ${what} (${early}), which has to come later.`)
}

for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
