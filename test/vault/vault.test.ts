// The same promises on a real Vault server, set up as an operator would, and on the stand-in, which must be as strict.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { vaultPath } from '../../scripts/vault.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { readConfig } from '../../server/config.ts'
import { connectionKeyPrefix } from '../../server/connections/connection-key.ts'
import { openVault, type Vault } from '../../server/connections/vault.ts'
import { isOutage } from '../../server/upstream/upstream-error.ts'
import { startRealVault } from '../support/real-vault.ts'

const keyOf = (digits: string) => `${connectionKeyPrefix}${digits.repeat(20)}`
const [keyOfA, keyOfB] = [keyOf('a1'), keyOf('b2')]
const tokens = (accessToken: string) => ({
  accessToken,
  refreshToken: 'a-refresh-token',
  expiresAt: '2030-01-01T00:00:00.000Z',
  displayName: 'Ann',
  scopes: ['Mail.Read'],
})

type Subject = {
  environment: Record<string, string>
  seal(): Promise<unknown>
  unseal(): Promise<unknown>
  /** Every token that a login gave is refused from now on. */
  revokeLogins(): Promise<unknown>
  /** Whether anything at all is kept under this key. */
  holds(key: string, what?: 'connections' | 'ledger'): Promise<boolean>
  stop(): Promise<void>
}

async function standIn(): Promise<Subject> {
  const sandbox = await startSandbox()
  return {
    environment: sandbox.environment('http://localhost:1'),
    seal: async () => sandbox.vault.seal(),
    unseal: async () => sandbox.vault.unseal(),
    revokeLogins: async () => sandbox.vault.revokeTokens(),
    holds: async (key, what = 'connections') => sandbox.vault.versions(`${what}/${key}`) > 0,
    stop: () => sandbox.stop(),
  }
}

async function realVault(): Promise<Subject> {
  const vault = await startRealVault(vaultPath())
  const sandbox = await startSandbox()
  return {
    environment: { ...sandbox.environment('http://localhost:1'), ...vault.environment },
    seal: vault.seal,
    unseal: vault.unseal,
    revokeLogins: () => vault.admin('PUT', 'sys/leases/revoke-prefix/auth/approle', {}),
    holds: async (key, what = 'connections') => (await vault.admin('GET', `mailboard/metadata/${what}/${key}`)) !== undefined,
    stop: async () => {
      await vault.stop()
      await sandbox.stop()
    },
  }
}

const subjects: [string, () => Promise<Subject>][] = [['the stand-in', standIn]]
if (existsSync(vaultPath())) subjects.push(['a real Vault', realVault])

describe.each(subjects)('%s', (_name, start) => {
  let subject: Subject
  let vault: Vault

  beforeAll(async () => {
    subject = await start()
    vault = openVault(readConfig(subject.environment))
  })
  afterEach(async () => {
    await subject.unseal()
    for (const key of [keyOfA, keyOfB]) await vault.eraseTokens(key)
  })
  afterAll(async () => {
    await subject.stop()
  })

  const ask = async (token: string, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${subject.environment['VAULT_ADDR']}/v1/${path}`, {
      method,
      headers: { 'X-Vault-Token': token, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json().catch(() => undefined)) as { auth?: { client_token: string } } | undefined }
  }
  const logIn = async () => {
    const { VAULT_ROLE_ID: role_id, VAULT_SECRET_ID: secret_id } = subject.environment
    return (await ask('', 'POST', 'auth/approle/login', { role_id, secret_id })).body?.auth?.client_token ?? ''
  }
  const childOf = async (token: string, key: string) =>
    (await ask(token, 'POST', `auth/token/create/${subject.environment['VAULT_TOKEN_ROLE']}`, { entity_alias: key, ttl: '5m' })).body?.auth
      ?.client_token ?? ''

  test('what was written is read until it is erased, and then no version is left', async () => {
    expect(await vault.readTokens(keyOfA)).toBeUndefined()
    expect(await vault.writeTokens(keyOfA, tokens('one'), 0)).toBe('written')
    expect(await vault.readTokens(keyOfA)).toEqual({ tokens: tokens('one'), version: 1 })
    await vault.eraseTokens(keyOfA)
    expect(await subject.holds(keyOfA)).toBe(false)
    expect(await vault.readTokens(keyOfA)).toBeUndefined()
  })

  test('a lost check-and-set writes nothing, and who lost reads again', async () => {
    await vault.writeTokens(keyOfA, tokens('one'), 0)
    await vault.writeTokens(keyOfA, tokens('two'), 1)
    expect(await vault.writeTokens(keyOfA, tokens('late'), 1)).toBe('lost')
    expect((await vault.readTokens(keyOfA))?.tokens.accessToken).toBe('two')
  })

  test('what an access log had come to stands beside the tokens, leaves their version alone, and goes with them', async () => {
    const at = (seq: number) => new Map([['0b0e5d3e-6f7c-4f55-9d0f-1d9f3b7f7a10', { seq, head: 'ab'.repeat(32) }]])
    const nothing = { anchors: new Map(), version: 0 }
    expect(await vault.readAnchors(keyOfA)).toEqual(nothing)
    await vault.writeTokens(keyOfA, tokens('one'), 0)
    expect(await vault.writeAnchors(keyOfA, at(12), 0)).toBe('written')
    expect(await vault.writeAnchors(keyOfA, at(14), 1)).toBe('written')
    expect(await vault.writeAnchors(keyOfA, at(13), 1)).toBe('lost')
    expect(await vault.readAnchors(keyOfA)).toEqual({ anchors: at(14), version: 2 })
    expect(await vault.writeTokens(keyOfA, tokens('two'), 1)).toBe('written')
    await vault.eraseTokens(keyOfA)
    expect(await vault.readAnchors(keyOfA)).toEqual(nothing)
    expect(await subject.holds(keyOfA, 'ledger')).toBe(false)
    // Whoever is late brings nothing back.
    expect(await vault.writeAnchors(keyOfA, at(16), 2)).toBe('lost')
    await vault.writeAnchors(keyOfA, at(16), 0)
    expect(await subject.holds(keyOfA, 'ledger')).toBe(false)
    const child = await childOf(await logIn(), keyOfA)
    expect((await ask(child, 'GET', `mailboard/data/ledger/${keyOfA}`)).status).toBe(404)
    expect((await ask(child, 'GET', `mailboard/data/ledger/${keyOfB}`)).status).toBe(403)
  })

  test("a child token of one connection is refused on another's path", async () => {
    await vault.writeTokens(keyOfA, tokens('of A'), 0)
    await vault.writeTokens(keyOfB, tokens('of B'), 0)
    const child = await childOf(await logIn(), keyOfA)
    expect((await ask(child, 'GET', `mailboard/data/connections/${keyOfA}`)).status).toBe(200)
    expect((await ask(child, 'GET', `mailboard/data/connections/${keyOfB}`)).status).toBe(403)
    expect((await ask(child, 'DELETE', `mailboard/metadata/connections/${keyOfB}`)).status).toBe(403)
    expect((await ask(child, 'POST', `mailboard/data/connections/${keyOfB}`, { options: { cas: 1 }, data: {} })).status).toBe(403)
  })

  test('the own token of the server makes children for names of ours alone', async () => {
    const own = await logIn()
    const create = (alias: string) =>
      ask(own, 'POST', `auth/token/create/${subject.environment['VAULT_TOKEN_ROLE']}`, { entity_alias: alias, ttl: '5m' })
    expect((await create(keyOfA)).status).toBe(200)
    for (const alias of ['a1'.repeat(20), 'somebody-else', `x${keyOfA}`, connectionKeyPrefix.slice(0, -1), '*', '..'])
      expect([alias, (await create(alias)).status]).toEqual([alias, 400])
  })

  test("the server's own token can neither list nor read nor make other tokens", async () => {
    await vault.writeTokens(keyOfA, tokens('of A'), 0)
    const own = await logIn()
    for (const [method, path] of [
      ['LIST', 'mailboard/metadata/connections'],
      ['GET', `mailboard/data/connections/${keyOfA}`],
      ['GET', `mailboard/metadata/connections/${keyOfA}`],
      ['GET', 'sys/policies/acl/mailboard-server'],
      ['GET', 'mailboard/config'],
      ['POST', 'auth/token/create'],
    ] as const)
      expect([method, path, (await ask(own, method, path, method === 'POST' ? {} : undefined)).status]).toEqual([method, path, 403])
  })

  test('one version is kept, and a write without check-and-set is refused', async () => {
    await vault.writeTokens(keyOfA, tokens('one'), 0)
    await vault.writeTokens(keyOfA, tokens('two'), 1)
    const child = await childOf(await logIn(), keyOfA)
    expect((await ask(child, 'POST', `mailboard/data/connections/${keyOfA}`, { data: { accessToken: 'x' } })).status).toBe(400)
    expect((await ask(child, 'GET', `mailboard/data/connections/${keyOfA}?version=1`)).status).toBe(404)
  })

  test('sealed, it counts as an outage; unsealed, the same server goes on', async () => {
    await vault.writeTokens(keyOfA, tokens('kept'), 0)
    await subject.seal()
    const error: unknown = await vault.readTokens(keyOfA).catch((failure: unknown) => failure)
    expect(isOutage(error)).toBe(true)
    await expect(vault.health()).rejects.toMatchObject({ code: 'sealed' })
    await subject.unseal()
    expect((await vault.readTokens(keyOfA))?.tokens.accessToken).toBe('kept')
  })

  test('a login that was revoked is made again', async () => {
    await vault.writeTokens(keyOfA, tokens('kept'), 0)
    await subject.revokeLogins()
    expect((await vault.readTokens(keyOfA))?.tokens.accessToken).toBe('kept')
    expect(await vault.writeTokens(keyOfB, tokens('new'), 0)).toBe('written')
  })
})

const realOnes = existsSync(vaultPath()) ? [vaultPath()] : []

for (const binary of realOnes)
  test('a real Vault that is restarted is sealed, then gives what it held', async () => {
    const vault = await startRealVault(binary)
    const sandbox = await startSandbox()
    const client = openVault(readConfig({ ...sandbox.environment('http://localhost:1'), ...vault.environment }))
    await client.writeTokens(keyOfA, tokens('kept'), 0)
    await vault.prepare()
    await vault.restart()
    expect(isOutage(await client.readTokens(keyOfA).catch((failure: unknown) => failure))).toBe(true)
    await vault.unseal()
    expect((await client.readTokens(keyOfA))?.tokens.accessToken).toBe('kept')
    await vault.stop()
    await sandbox.stop()
  })

for (const binary of realOnes)
  test('an installation from before keys had a prefix goes on with its own, and with no other', async () => {
    await using vault = await startRealVault(binary)
    const sandbox = await startSandbox()
    const [old, gone] = ['a1'.repeat(20), 'c3'.repeat(20)]
    const rolePath = 'auth/token/roles/mailboard-connection'
    const role = async () => ((await vault.admin('GET', rolePath)) as { data: Record<string, unknown> }).data
    await vault.admin('POST', rolePath, { ...(await role()), allowed_entity_aliases: ['*'] })
    const open = () => openVault(readConfig({ ...sandbox.environment('http://localhost:1'), ...vault.environment }))
    const before = open()
    for (const key of [old, gone]) await before.writeTokens(key, tokens('kept'), 0)

    await vault.prepare()
    // The one that runs, and one that starts afterwards.
    for (const client of [before, open()]) {
      expect((await client.readTokens(old))?.tokens.accessToken).toBe('kept')
      expect(await client.writeTokens(keyOfA, tokens('new'), 0)).toBe('written')
      await client.eraseTokens(keyOfA)
    }
    await before.eraseTokens(gone)
    await vault.prepare()
    expect((await role())['allowed_entity_aliases']).toEqual([`${connectionKeyPrefix}*`, old])
    await expect(open().readTokens(gone)).rejects.toMatchObject({ status: 400 })
    await sandbox.stop()
  })
