// `npm start`: with ENTRA_CLIENT_ID (environment or .env) it starts the real server; without it the sandbox, a server that uses it, and one
// address to open. Ctrl+C ends everything, and so does any other end of npm.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import './end-with-npm.mjs'
import { buildPane, paneIsStale } from './pane.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const children = []
const building = new AbortController()
let ending = false

/** The server hands back its work in progress within 24 seconds; everything must have ended within 25. */
const patienceMs = 24_400

const envFile = join(root, '.env')
if (existsSync(envFile)) process.loadEnvFile(envFile)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0))

if (process.env['ENTRA_CLIENT_ID']) await serve()
else await playInSandbox()

async function serve() {
  await buildIfStale()
  if (!ending) start('server', serveArguments(), process.env)
}

async function playInSandbox() {
  const port = await freePort(Number(process.env['PORT'] ?? 3000))
  const publicUrl = `http://localhost:${port}`
  const built = buildIfStale()
  const sandbox = start(
    'sandbox',
    ['--import=./scripts/end-with-npm.mjs', 'sandbox/main.ts', '--port', '0', '--server-url', publicUrl],
    process.env,
  )
  const { url, environment } = JSON.parse(await firstLine(sandbox))
  await built
  if (ending) return

  const dataDir = mkdtempSync(join(tmpdir(), 'mailboard-'))
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  // Only the sandbox's configuration, nothing of the caller's own.
  const { PATH, HOME, LOG_LEVEL = 'warn' } = process.env
  start('server', serveArguments(), { PATH, HOME, LOG_LEVEL, ...environment, HOST: 'localhost', PORT: String(port), DATA_DIR: dataDir })
  await untilReady(`${publicUrl}/readyz`)
  console.log(
    `\nMailboard is ready. Open ${url}\n\nEverything there runs on this machine, and its data is deleted at the end. Press Ctrl+C to stop.`,
  )
}

/** As `npm run serve` starts it. */
function serveArguments() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const words = scripts.serve.split(' ')
  return words.slice(words.indexOf('node') + 1)
}

async function buildIfStale() {
  if (!paneIsStale()) return
  process.stdout.write('Building the taskpane (once, about fifteen seconds) …')
  const since = performance.now()
  try {
    await buildPane({ quiet: true, signal: building.signal })
  } catch (error) {
    if (ending) return
    throw error
  }
  console.log(` done in ${Math.round((performance.now() - since) / 1000)} s`)
}

function start(name, args, env) {
  // Each child watches this process, as this process watches npm.
  const watching = { ...env, npm_lifecycle_event: 'start' }
  const child = spawn(process.execPath, args, { cwd: root, env: watching, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  if (name === 'server') child.stdout.pipe(process.stdout)
  child.on('close', (code) => {
    if (ending) return
    console.error(`The ${name} has ended by itself.`)
    void end(code ?? 1)
  })
  return child
}

async function firstLine(child) {
  const lines = createInterface({ input: child.stdout })
  const [line] = await new Promise((resolve) => lines.once('line', (...found) => resolve(found)))
  lines.on('line', (text) => console.log(text))
  return line
}

async function untilReady(address) {
  for (let waited = 0; ; waited += 100) {
    const answer = await fetch(address).catch(() => undefined)
    if (answer?.ok) return
    if (waited > 60_000) {
      console.error(`The server is not ready: ${answer ? await answer.text() : 'it does not answer'}`)
      return end(1)
    }
    await wait(100)
  }
}

/** The requested port, or another one if it is in use. */
async function freePort(wanted) {
  for (const port of [wanted, 0]) {
    const probe = createServer()
    const found = await new Promise((resolve) => {
      probe.once('error', () => resolve(undefined))
      probe.listen(port, 'localhost', () => resolve(probe.address().port))
    })
    if (found === undefined) continue
    await new Promise((resolve) => probe.close(resolve))
    return found
  }
  throw new Error('There is no free port.')
}

/** The server first: its work in progress may still need the sandbox. */
async function end(code) {
  if (ending) return
  ending = true
  building.abort()
  setTimeout(() => {
    for (const child of children) child.kill('SIGKILL')
    process.exit(code || 1)
  }, patienceMs)
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    await closed
  }
  process.exit(code)
}
