// `npm test`, optionally with paths or jest's options. The exit code is jest's; the last line says which parts the tests used.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findParts, findPostgresBinaries, missingParts, partNames } from '../test/support/parts.ts'
import './end-with-npm.mjs'
import { buildPane, paneIsStale } from './pane.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const paths = args.filter((arg) => !arg.startsWith('-'))

const found = await findParts()
const missing = missingParts(found)
if (missing.length > 0) {
  console.error(`REQUIRE_PARTS asks for ${missing.join(' and ')}, not found here. Nothing was tested.`)
  process.exit(1)
}

// Before the first test, because two tests at once would both build it.
const needPane = paths.length === 0 || paths.some((path) => /browser|scripts/.test(path))
if (needPane && paneIsStale()) {
  console.log('Building the taskpane …')
  await buildPane({ quiet: true })
}

// Tests that need a missing part are left out, and the last line says so. This option comes last: jest takes everything after it
// as one more pattern.
const standingOn = {
  chromium: ['test/browser/'],
  postgresql: ['test/journeys/replicas', 'test/journeys/large-export'],
  vault: ['test/journeys/on-real-vault'],
}
const ignored = Object.entries(standingOn).flatMap(([part, paths]) => (part in found ? [] : paths))
// A separate cluster needs binaries; a running server is not enough.
if (findPostgresBinaries() === undefined) ignored.push('test/server/database/database-user')
const leftOut = ignored.length === 0 ? [] : ['--testPathIgnorePatterns', '/node_modules/', ...ignored]

const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    `--import=${new URL('../test/support/jest-process.mjs', import.meta.url)}`,
    join(root, 'node_modules/jest/bin/jest.js'),
    ...args,
    ...leftOut,
  ],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => jest.kill(signal))
const code = await new Promise((resolve, reject) => jest.on('error', reject).on('close', resolve))

const with_ = ['PGlite', ...Object.entries(found).map(([part, version]) => `${partNames[part]} ${version}`)]
const without = Object.keys(partNames).filter((part) => !(part in found))
console.log(`Ran with: ${with_.join(', ')}; without: ${without.map((part) => partNames[part]).join(', ') || '–'}`)
process.exitCode = code ?? 1
