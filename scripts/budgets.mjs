// What the pane may weigh before it can be used: the page itself, and the scripts that the page asks for at once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const budgets = { page: 14_000, scripts: 130_000 }

const page = readFileSync(join(dist, 'taskpane.html'))
const scripts = [...page.toString().matchAll(/<script[^>]*\ssrc="([^"]+)"/g)]
  .map(([, source]) => source)
  .filter((source) => !source.startsWith('__') && !source.includes('office.js') && !/^https?:/.test(source))
const sizes = {
  page: page.length,
  scripts: scripts.reduce((sum, source) => sum + gzipSync(readFileSync(join(dist, source.replace(/^\//, '')))).length, 0),
}

for (const [part, size] of Object.entries(sizes)) {
  const fits = size <= budgets[part]
  console.log(`${part}: ${size} of ${budgets[part]} bytes${fits ? '' : ' – too large'}`)
  if (!fits) process.exitCode = 1
}
