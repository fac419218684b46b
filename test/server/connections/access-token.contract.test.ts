import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { ConnectionLost, type TokenDeps, tokenSource } from '../../../server/connections/access-token.ts'
import { CoolingDown, isOutage } from '../../../server/upstream/upstream-error.ts'
import { databases } from '../../support/databases.ts'
import { type Connected, startConnected } from './connected.ts'
import { failureOf } from '../../support/failure.ts'

type Asked = { insteadOf?: string; now?: Date }
const accessToken = (deps: TokenDeps, connectionId: string, { insteadOf, now = new Date() }: Asked = {}) =>
  tokenSource(deps, connectionId, () => now).current(insteadOf)

const nearTheEnd = () => new Date(Date.now() + 58 * 60_000)
const afterTheEnd = () => new Date(Date.now() + 61 * 60_000)

/** Each test has its own person and mailbox. */
async function withConnection(world: Connected) {
  const camille = world.sandbox.entra.addPerson({ name: 'Camille', address: `${crypto.randomUUID()}@contoso-demo.example` })
  const id = await world.connect(camille)
  return { camille, id, path: `connections/${(await world.rowOf(id))?.connection_key}` }
}

describe.each(databases)('on %s', (database) => {
  let world: Connected
  beforeAll(async () => {
    world = await startConnected(database)
  })
  afterEach(async () => {
    // What one test has let fail is not left alone in the next.
    await world.db.deleteFrom('cooldowns').execute()
    world.sandbox.heal()
    world.sandbox.entra.ledger.clear()
    world.announced.splice(0)
  })
  afterAll(() => world.stop())

  test('twenty callers near the end of a token cause one refresh and get the same token', async () => {
    const { id } = await withConnection(world)
    const before = await accessToken(world.deps, id)
    const now = nearTheEnd()
    const tokens = await Promise.all(Array.from({ length: 20 }, () => accessToken(world.deps, id, { now })))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).not.toBe(before)
    expect(world.refreshes()).toHaveLength(1)
    expect((await world.rowOf(id))?.last_refresh_at).not.toBeNull()
  })

  test('two processes whose token was refused cause one refresh', async () => {
    const { id } = await withConnection(world)
    const processes = [world.deps, world.aProcess(), world.aProcess()]
    const insteadOf = await accessToken(world.deps, id)
    const tokens = await Promise.all(processes.flatMap((deps) => [1, 2, 3].map(() => accessToken(deps, id, { insteadOf }))))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens).not.toContain(insteadOf)
    expect(world.refreshes()).toHaveLength(1)
    // One of them comes late with the same old token.
    expect(await accessToken(world.deps, id, { insteadOf })).toBe(tokens[0])
    expect(world.refreshes()).toHaveLength(1)
  })

  test('within a minute a token is not read again', async () => {
    const { id } = await withConnection(world)
    await accessToken(world.deps, id)
    world.sandbox.vault.ledger.clear()
    await accessToken(world.deps, id)
    expect(world.sandbox.vault.ledger.entries).toEqual([])
  })

  test('a revoked permission is told once, and then nobody is asked any more', async () => {
    const { camille, id } = await withConnection(world)
    world.sandbox.entra.revoke(camille)
    const now = nearTheEnd()
    const failures = await Promise.all([world.deps, world.aProcess()].map((deps) => failureOf(accessToken(deps, id, { now }))))
    expect(failures.every((failure) => failure instanceof ConnectionLost)).toBe(true)
    expect(await world.rowOf(id)).toMatchObject({ status: 'needs-reconnect', reason: { code: 'revoked', params: {} } })
    expect(world.announced).toEqual([id])

    const asked = { entra: world.sandbox.entra.ledger.entries.length, vault: world.sandbox.vault.ledger.entries.length }
    for (let again = 0; again < 3; again += 1) expect(await failureOf(accessToken(world.deps, id, { now }))).toBeInstanceOf(ConnectionLost)
    expect(world.sandbox.entra.ledger.entries).toHaveLength(asked.entra)
    expect(world.sandbox.vault.ledger.entries).toHaveLength(asked.vault)
  })

  test('a stronger sign-in that is asked for loses the connection by name', async () => {
    const { camille, id } = await withConnection(world)
    world.sandbox.entra.requireStrongerSignIn(camille, true)
    expect(await failureOf(accessToken(world.deps, id, { now: nearTheEnd() }))).toBeInstanceOf(ConnectionLost)
    expect((await world.rowOf(id))?.reason?.code).toBe('interaction-required')
  })

  test('a wrong client secret blames nobody', async () => {
    const { id } = await withConnection(world)
    world.sandbox.entra.failClientSecret(true)
    expect(isOutage(await failureOf(accessToken(world.deps, id, { now: afterTheEnd() })))).toBe(true)
    expect((await world.rowOf(id))?.status).toBe('active')
    world.sandbox.entra.failClientSecret(false)
    expect(await accessToken(world.deps, id, { now: afterTheEnd() })).toBeTruthy()
  })

  test.each([
    ['does not answer', { dropConnection: true }],
    ['says that it is away', { status: 503 }],
    ['says wait', { status: 429, body: { error: 'temporarily_unavailable' }, headers: { 'Retry-After': '7' } }],
    ['is replaced by a page of somebody in between', { status: 502, body: 'Bad gateway' }],
  ])('an Entra that %s is an outage', async (_, rule) => {
    const { id } = await withConnection(world)
    world.sandbox.misbehave('entra', { ...rule, match: { path: /token$/ } })
    expect(isOutage(await failureOf(accessToken(world.deps, id, { now: afterTheEnd() })))).toBe(true)
    expect((await world.rowOf(id))?.status).toBe('active')
  })

  test('while Entra is away a token is used to its end', async () => {
    const { id } = await withConnection(world)
    const token = await accessToken(world.deps, id)
    world.sandbox.misbehave('entra', { status: 503, match: { path: /token$/ } })
    const other = world.aProcess()
    expect(await accessToken(other, id, { now: nearTheEnd() })).toBe(token)
    expect(isOutage(await failureOf(accessToken(other, id, { now: afterTheEnd() })))).toBe(true)
    expect(isOutage(await failureOf(accessToken(world.aProcess(), id, { now: nearTheEnd(), insteadOf: token })))).toBe(true)
  })

  test('a sealed Vault is an outage, and the token comes when it is open', async () => {
    const { id } = await withConnection(world)
    world.sandbox.vault.seal()
    expect(isOutage(await failureOf(accessToken(world.deps, id)))).toBe(true)
    expect((await world.rowOf(id))?.status).toBe('active')
    world.sandbox.vault.unseal()
    // Not before it may be asked again.
    expect(await failureOf(accessToken(world.deps, id))).toBeInstanceOf(CoolingDown)
    await world.db
      .updateTable('cooldowns')
      .set({ until: sql`now()` })
      .execute()
    expect(await accessToken(world.deps, id)).toBeTruthy()
  })

  test('who finds newer tokens in Vault when it writes takes those', async () => {
    const { id, path } = await withConnection(world)
    const { deps } = world
    const key = path.slice('connections/'.length)
    const other = { ...deps, memory: world.aProcess().memory }
    const meanwhile = {
      ...deps,
      entra: {
        ...deps.entra,
        async refresh(asked: Parameters<typeof deps.entra.refresh>[0]) {
          const answer = await deps.entra.refresh(asked)
          const kept = await deps.vault.readTokens(key)
          if (kept) await deps.vault.writeTokens(key, { ...kept.tokens, accessToken: 'by-somebody-else' }, kept.version)
          return answer
        },
      },
    }
    expect(await accessToken(meanwhile, id, { now: nearTheEnd() })).toBe('by-somebody-else')
    expect(await accessToken(other, id)).toBe('by-somebody-else')
  })

  test('a database that was restored beside an empty Vault asks its users to connect again', async () => {
    const { id, path } = await withConnection(world)
    await world.deps.vault.eraseTokens(path.slice('connections/'.length))
    expect(await failureOf(accessToken(world.deps, id))).toBeInstanceOf(ConnectionLost)
    expect((await world.rowOf(id))?.reason?.code).toBe('tokens-missing')
  })

  test('a Graph that refuses even fresh tokens ends the connection', async () => {
    const { id } = await withConnection(world)
    const source = tokenSource(world.deps, id)
    expect(await source.current(await source.current())).toBeTruthy()
    expect(await failureOf(source.refused({}))).toBeInstanceOf(ConnectionLost)
    expect((await world.rowOf(id))?.reason?.code).toBe('refused-by-graph')
  })

  test('no token is anywhere in the database', async () => {
    const { id, path } = await withConnection(world)
    await accessToken(world.deps, id, { now: nearTheEnd() })
    const kept = world.sandbox.vault.read(path)
    const row = JSON.stringify(await world.rowOf(id))
    expect(row).not.toContain(String(kept?.['accessToken']))
    expect(row).not.toContain(String(kept?.['refreshToken']))
  })
})
