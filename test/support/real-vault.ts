// A real Vault server on a free port, with its data in a temporary folder: initialised, set up by deploy/vault/set-up.mjs
// as an operator would do it, sealed, unsealed, stopped and started by the tests.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export type RealVault = Awaited<ReturnType<typeof startRealVault>>

const setUp = fileURLToPath(new URL('../../deploy/vault/set-up.mjs', import.meta.url))
const prune = fileURLToPath(new URL('../../deploy/vault/prune.mjs', import.meta.url))
const run = promisify(execFile)

export async function startRealVault(binary: string, options: { tokenRole?: boolean } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-vault-'))
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  writeFileSync(join(folder, 'vault.hcl'), settings(folder, port))
  let server = await start(binary, folder, address)

  const { keys, root_token: rootToken } = (await call(address, '', 'PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 })) as {
    keys: string[]
    root_token: string
  }
  const admin = (method: string, path: string, body?: unknown) => call(address, rootToken, method, path, body)
  const unseal = async () => {
    await call(address, '', 'PUT', 'sys/unseal', { key: keys[0] })
    await until(async () => (await fetch(`${address}/v1/sys/health`)).status === 200)
  }
  await unseal()
  const flags = options.tokenRole === false ? ['--without-token-role'] : []
  const asOperator = (script: string, args: string[]) =>
    run(process.execPath, [script, ...args], { env: { PATH: process.env['PATH'], VAULT_ADDR: address, VAULT_TOKEN: rootToken } })
  const prepare = () => asOperator(setUp, ['--secret-id', ...flags])
  const printed = (await prepare()).stdout
  const environment: Record<string, string> = {
    VAULT_ADDR: address,
    ...Object.fromEntries(
      printed
        .trim()
        .split('\n')
        .map((line) => line.split('=', 2) as [string, string]),
    ),
  }

  const vault = {
    address,
    /** The server's environment to reach it. */
    environment,
    /** A request as administrator. Returns the answer's body, or undefined for 404. */
    admin,
    /** Runs the set-up again, as an operator may at any time. */
    prepare,
    /** Runs the script that removes dead entities, and returns its output. */
    prune: async (...args: string[]) => (await asOperator(prune, args)).stdout.trim(),
    seal: () => admin('PUT', 'sys/seal'),
    unseal,
    async restart() {
      await end(server)
      server = await start(binary, folder, address)
    },
    async stop() {
      await end(server)
      rmSync(folder, { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: (): Promise<void> => vault.stop(),
  }
  return vault
}

const settings = (folder: string, port: number) => `
storage "file" { path = "${folder}/storage" }
listener "tcp" {
  address = "127.0.0.1:${port}"
  tls_disable = true
}
disable_mlock = true
api_addr = "http://127.0.0.1:${port}"
`

async function start(binary: string, folder: string, address: string): Promise<ChildProcess> {
  const server = spawn(binary, ['server', `-config=${join(folder, 'vault.hcl')}`], { stdio: 'ignore', env: { HOME: folder } })
  process.once('exit', () => server.kill('SIGKILL'))
  await until(async () => {
    if (server.exitCode !== null) throw new Error('Vault has ended.')
    return answers(address)
  }, 60_000)
  return server
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
}

async function answers(address: string): Promise<boolean> {
  try {
    await fetch(`${address}/v1/sys/seal-status`)
    return true
  } catch {
    return false
  }
}

async function call(address: string, token: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${address}/v1/${path}`, {
    method,
    headers: { 'X-Vault-Token': token, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (answer.status === 404) return undefined
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
