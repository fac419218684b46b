import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { inspect } from 'node:util'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { readConfig } from '../../../server/config.ts'
import { connectionKeyPrefix } from '../../../server/connections/connection-key.ts'
import { openVault, type Vault } from '../../../server/connections/vault.ts'
import { isOutage, UpstreamError } from '../../../server/upstream/upstream-error.ts'
import { failureOf } from '../../support/failure.ts'

const someTokens = {
  accessToken: 'an-access-token',
  refreshToken: 'a-refresh-token',
  expiresAt: '2030-01-01T00:00:00.000Z',
  displayName: 'Ann',
  scopes: ['Mail.Read'],
}
const key = `${connectionKeyPrefix}${'a1'.repeat(20)}`

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterEach(async () => {
  sandbox.heal()
  sandbox.vault.unseal()
  await vaultWith().eraseTokens(key)
})
afterAll(() => sandbox.stop())

function vaultWith(overrides: Record<string, string> = {}): Vault {
  const role = overrides['VAULT_TOKEN_ROLE'] === '' ? { VAULT_ROLE_ID: sandbox.vault.roleIdAlone } : {}
  return openVault(readConfig({ ...sandbox.environment('http://localhost:1'), ...role, ...overrides }))
}

describe.each([
  ['with a child token for each connection', {}],
  ['with the token of the server alone', { VAULT_TOKEN_ROLE: '' }],
])('%s', (_, overrides) => {
  test('what was written is read, until it is erased', async () => {
    const vault = vaultWith(overrides)
    expect(await vault.readTokens(key)).toBeUndefined()
    expect(await vault.writeTokens(key, someTokens, 0)).toBe('written')
    expect(await vault.readTokens(key)).toEqual({ tokens: someTokens, version: 1 })
    await vault.eraseTokens(key)
    expect(await vault.readTokens(key)).toBeUndefined()
    expect(sandbox.vault.paths()).toEqual([])
  })

  test('who has read an older version writes nothing', async () => {
    const vault = vaultWith(overrides)
    await vault.writeTokens(key, someTokens, 0)
    await vault.writeTokens(key, { ...someTokens, accessToken: 'newer' }, 1)
    expect(await vault.writeTokens(key, someTokens, 1)).toBe('lost')
    expect((await vault.readTokens(key))?.tokens.accessToken).toBe('newer')
  })

  test('revoked Vault tokens are obtained anew, once for all who wait', async () => {
    const vault = vaultWith(overrides)
    await vault.writeTokens(key, someTokens, 0)
    sandbox.vault.revokeTokens()
    sandbox.vault.ledger.clear()
    const read = await Promise.all(Array.from({ length: 10 }, () => vault.readTokens(key)))
    expect(read.every((found) => found?.tokens.accessToken === 'an-access-token')).toBe(true)
    expect(sandbox.vault.ledger.entries.filter(({ path }) => path === 'auth/approle/login')).toHaveLength(1)
  })

  test('a sealed Vault is an outage, and its error holds no secret', async () => {
    const vault = vaultWith(overrides)
    await vault.health()
    sandbox.vault.seal()
    await expect(vault.health()).rejects.toBeInstanceOf(UpstreamError)
    const error = await failureOf(vault.writeTokens(key, someTokens, 0))
    expect(isOutage(error)).toBe(true)
    expect(inspect(error, { depth: 10 })).not.toMatch(/hvs\.|an-access-token/)
  })

  test('a Vault that hangs up is an outage, and its error holds no secret', async () => {
    const vault = vaultWith(overrides)
    await vault.health()
    sandbox.misbehave('vault', { dropConnection: true })
    const error = await failureOf(vault.writeTokens(key, someTokens, 0))
    expect(isOutage(error)).toBe(true)
    expect(inspect(error, { depth: 10 })).not.toMatch(/hvs\.|an-access-token/)
  })

  test('a server that Vault does not let in blames nobody', async () => {
    const vault = vaultWith({ ...overrides, VAULT_SECRET_ID: 'another' })
    expect(isOutage(await failureOf(vault.readTokens(key)))).toBe(true)
  })
})

test('a child token opens its own connection and is used again', async () => {
  const vault = vaultWith()
  await vault.writeTokens(key, someTokens, 0)
  await vault.readTokens(key)
  const calls = sandbox.vault.ledger.entries.filter(({ path }) => path.endsWith(`data/connections/${key}`)).slice(-2)
  expect(calls.map(({ entityAlias }) => entityAlias)).toEqual([key, key])
  expect(new Set(calls.map(({ accessor }) => accessor)).size).toBe(1)
})

test('a key that could leave its place is refused', async () => {
  await expect(vaultWith().readTokens('../../sys')).rejects.toThrow('pattern')
})
