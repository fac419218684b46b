// The way of a mail with a real Vault server behind it, prepared as an operator would; scripts/test.mjs leaves this out where
// none was built.
import { describe, expect, test } from '@jest/globals'
import { vaultPath } from '../../scripts/vault.ts'
import type { Person } from '../../sandbox/entra/directory.ts'
import { aBoard, aMail, aRecipe, everyMail, itemsOf, untilItems } from '../support/builders.ts'
import { type RealVault, startRealVault } from '../support/real-vault.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

async function withMailbox(world: World, person: Person) {
  const api = world.api(person)
  await world.connect(person)
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: everyMail })
  await world.untilIdle()
  return { api, board }
}

async function keysOf(vault: RealVault, path: string): Promise<string[]> {
  const answer = (await vault.admin('LIST', path)) as { data: { keys: string[] } } | undefined
  return answer?.data.keys ?? []
}

const connectionsIn = (vault: RealVault) => keysOf(vault, 'mailboard/metadata/connections')
const entitiesIn = (vault: RealVault) => keysOf(vault, 'identity/entity/id')
const readiness = async (world: World) => (await fetch(`${world.server.url}/readyz`)).status

describe('on a real Vault', () => {
  test('a mail becomes an item, through seal, restart and lost logins, until disconnecting leaves nothing', async () => {
    await using vault = await startRealVault(vaultPath())
    await using world = await startWorld({ database: 'pglite', env: vault.environment })
    const { graph, entra } = world.sandbox
    const { api, board } = await withMailbox(world, world.camille)
    const colleague = await withMailbox(world, world.yanis)
    expect(await connectionsIn(vault)).toHaveLength(2)

    await graph.deliver(world.camille, aMail({ subject: 'Open' }))
    await untilItems(api, board, 1)

    await vault.seal()
    entra.expireAccessTokens(world.camille)
    await graph.deliver(world.camille, aMail({ subject: 'Sealed' }))
    await until(async () => (await readiness(world)) === 503)
    expect((await connectionOf(api))?.status).toBe('active')
    await vault.unseal()
    await untilItems(api, board, 2)

    // Killed, it comes back sealed; the server starts anew before anybody unseals it.
    await vault.restart()
    await world.server.restart()
    await graph.deliver(world.camille, aMail({ subject: 'Restarted' }))
    await until(() => graph.idle())
    expect(graph.notifications.entries.map(({ status }) => status)).toEqual([202, 202, 202])
    await vault.unseal()
    await untilItems(api, board, 3)

    await vault.admin('PUT', 'sys/leases/revoke-prefix/auth/approle', {})
    entra.expireAccessTokens(world.camille)
    await graph.deliver(world.camille, aMail({ subject: 'Logged in again' }))
    await untilItems(api, board, 4)
    await world.untilIdle()
    expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(['Logged in again', 'Open', 'Restarted', 'Sealed'])

    const mine = await keyOf(vault, 'Camille')
    // When it stops, the server says what the access logs have come to.
    await world.server.restart()
    expect(await vault.admin('GET', `mailboard/data/ledger/${mine}`)).toBeDefined()
    const { receiptId } = await api.call('disconnect', { params: { provider: 'microsoft' } })
    const receipt = await until(async () => {
      const found = await api.call('readReceipt', { params: { id: receiptId } })
      return found.finishedAt && found
    })
    expect(receipt.parts).toContainEqual(expect.objectContaining({ part: 'tokens', state: 'removed' }))
    expect(await connectionsIn(vault)).toHaveLength(1)
    expect(await vault.admin('GET', `mailboard/metadata/connections/${mine}`)).toBeUndefined()
    expect(await vault.admin('GET', `mailboard/data/connections/${mine}`)).toBeUndefined()
    expect(await vault.admin('GET', `mailboard/metadata/ledger/${mine}`)).toBeUndefined()

    // One for each connection, and the server's own.
    const entities = await entitiesIn(vault)
    expect(entities).toHaveLength(3)
    expect(await vault.prune('--dry-run')).toBe('Would remove 1 of 3 entities; 1 connections are alive.')
    expect(await entitiesIn(vault)).toEqual(entities)
    expect(await vault.prune()).toBe('Removed 1 of 3 entities; 1 connections are alive.')
    expect(await entitiesIn(vault)).toHaveLength(2)
    expect(await vault.prune()).toBe('Removed 0 of 2 entities; 1 connections are alive.')

    entra.expireAccessTokens(world.yanis)
    await graph.deliver(world.yanis, aMail({ subject: 'After the pruning' }))
    await untilItems(colleague.api, colleague.board, 1)
    await world.untilIdle()
  })

  test.each([
    ['its own login', { login: '2s', child: '5m' }],
    ['each token that opens a connection', { login: '1h', child: '2s' }],
    ['both', { login: '2s', child: '2s' }],
  ])('a server outlives %s', async (_name, { login, child }) => {
    await using vault = await startRealVault(vaultPath())
    await vault.admin('POST', 'auth/approle/role/mailboard', { token_ttl: login, token_max_ttl: login })
    await vault.admin('POST', 'auth/token/roles/mailboard-connection', { ...(await connectionRole(vault)), token_explicit_max_ttl: child })
    await using world = await startWorld({ database: 'pglite', env: vault.environment })
    const { graph, entra } = world.sandbox
    const { api, board } = await withMailbox(world, world.camille)

    for (let round = 1; round <= 3; round += 1) {
      const before = await shortLived(vault)
      await until(async () => (await shortLived(vault)).every((accessor) => !before.includes(accessor)))
      // The next mail needs what lies in Vault, and writes it.
      entra.expireAccessTokens(world.camille)
      await graph.deliver(world.camille, aMail({ subject: `Mail ${round}` }))
      await untilItems(api, board, round)
    }
    await world.untilIdle()
    expect((await connectionOf(api))?.status).toBe('active')
    expect(entra.ledger.entries.filter(({ grant }) => grant === 'refresh_token').map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok'])
  })
})

/** The path of the connection whose tokens bear this name. */
async function keyOf(vault: RealVault, name: string): Promise<string> {
  for (const key of await connectionsIn(vault)) {
    const kept = (await vault.admin('GET', `mailboard/data/connections/${key}`)) as { data: { data: { displayName: string } } }
    if (kept.data.data.displayName.includes(name)) return key
  }
  throw new Error(`Vault holds nothing of ${name}.`)
}

async function connectionRole(vault: RealVault): Promise<Record<string, unknown>> {
  return ((await vault.admin('GET', 'auth/token/roles/mailboard-connection')) as { data: Record<string, unknown> }).data
}

/** Tokens that live for seconds and are still there. */
async function shortLived(vault: RealVault): Promise<string[]> {
  const found: string[] = []
  for (const accessor of await keysOf(vault, 'auth/token/accessors')) {
    const token = (await vault.admin('POST', 'auth/token/lookup-accessor', { accessor }).catch(() => undefined)) as
      { data: { creation_ttl: number; ttl: number } } | undefined
    if (token !== undefined && token.data.creation_ttl > 0 && token.data.creation_ttl <= 2 && token.data.ttl > 0) found.push(accessor)
  }
  return found
}
