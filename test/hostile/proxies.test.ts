// A proxy that the environment names sees nothing of a server, whatever the variable is called. Where the operator has chosen
// it for Node (NODE_USE_ENV_PROXY), Entra and Graph are asked through it, and Vault never.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { startProxy } from '../../bench/harness/forward-proxy.ts'
import { connectedWithMail } from '../support/builders.ts'
import { startCanaryHost } from '../support/canary-host.ts'
import { startWorld } from '../support/world.ts'

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'npm_config_proxy', 'npm_config_http_proxy', 'npm_config_https_proxy']
const everyName = (url: string) => Object.fromEntries(names.flatMap((name) => [name, name.toLowerCase()]).map((name) => [name, url]))

test('no proxy of the environment sees a token, a secret or a mail', async () => {
  await using proxy = await startCanaryHost()
  await using world = await startWorld({ database: 'pglite', process: 'child', env: everyName(proxy.url) })
  await connectedWithMail(world)
  await world.server.stop()
  expect(proxy.asked).toEqual([])
  expect(world.server.hosts()).not.toContain(new URL(proxy.url).host)
})

test('where Node is told to use a proxy, Vault alone is not asked through it', async () => {
  const proxy = await startProxy(new URL('http://127.0.0.1:1'))
  try {
    // Entra and Graph answer here, and the proxy leads nowhere: only what does not go through it is answered.
    const env = { ...everyName(proxy.url), NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '' }
    await using world = await startWorld({ database: 'pglite', process: 'child', env })
    const { waitingFor } = (await (await fetch(`${world.server.url}/readyz`)).json()) as { waitingFor: { part: string }[] }
    expect(waitingFor.map(({ part }) => part)).toEqual(['entra'])
    expect(proxy.passed()).toBeGreaterThan(0)
    expect(world.sandbox.vault.ledger.entries.map(({ path }) => path)).toContain('auth/approle/login')
  } finally {
    await proxy.stop()
  }
})

const vaultApi = fileURLToPath(new URL('../../deploy/vault/vault-api.mjs', import.meta.url))

test('the administrator’s token goes through no proxy either', async () => {
  await using proxy = await startCanaryHost()
  await using service = await startCanaryHost()
  const script = `const { vault } = await import(${JSON.stringify(vaultApi)}); await vault('PUT', 'sys/policies/acl/x', { policy: '' })`
  const env = {
    PATH: process.env['PATH'],
    VAULT_ADDR: service.url,
    VAULT_TOKEN: 'hvs.root',
    NODE_USE_ENV_PROXY: '1',
    ...everyName(proxy.url),
  }
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env })
  expect([service.asked.length, proxy.asked.length]).toEqual([1, 0])
})
