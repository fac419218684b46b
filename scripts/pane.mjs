// Builds the taskpane's bundle if its sources have changed since the last build.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = ['addin', 'recipes', 'contract', 'icons', 'webpack.config.js', 'package-lock.json']
const stampPath = join(root, 'dist', '.source-hash')

export function paneIsStale() {
  return !existsSync(stampPath) || readFileSync(stampPath, 'utf8') !== sourceHash()
}

/** Ends webpack and rejects when the signal aborts. */
export async function buildPane({ quiet = false, signal } = {}) {
  const hash = sourceHash()
  // An interrupted build leaves an incomplete bundle, which must not get a stamp.
  rmSync(stampPath, { force: true })
  const output = []
  const webpack = spawn(process.execPath, [join(root, 'node_modules/webpack/bin/webpack.js'), '--mode', 'production'], {
    cwd: root,
    signal,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  })
  webpack.stdout?.on('data', (chunk) => output.push(chunk))
  webpack.stderr?.on('data', (chunk) => output.push(chunk))
  const code = await new Promise((resolve, reject) => webpack.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`The taskpane does not build.\n${Buffer.concat(output)}`)
  writeFileSync(stampPath, hash)
}

function sourceHash() {
  const hash = createHash('sha256')
  for (const source of sources)
    for (const path of filesUnder(join(root, source))) hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function filesUnder(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (stats.isFile()) return [path]
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesUnder(join(path, name)))
}
