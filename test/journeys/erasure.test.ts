// The owner's rights: all that is kept of them is told to them, and goes when they say so.
import { describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { aBoard, aMail, aRecipe, createItemOn, itemsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { dumpOf } from '../support/dump.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('an export holds what is kept of its owner, no token, and nothing of anybody else', async () => {
    await using world = await startWorld({ database })
    const { camille, yanis } = world
    await worked(world, yanis, 'of-yanis')
    const { board } = await worked(world, camille, 'of-camille')
    const { tables } = await world.api(camille).call('exportMe')
    const text = JSON.stringify(tables)

    expect(tables['people']).toMatchObject([{ object_id: camille.objectId, display_name: camille.name }])
    expect(tables['connections']).toMatchObject([{ account: camille.address }])
    expect(tables['boards']?.map(({ id }) => id)).toContain(board.id)
    for (const table of [
      'subscriptions',
      'inbox_messages',
      'recipes',
      'runs',
      'actions',
      'access_log',
      'message_links',
      'items',
      'updates',
      'files',
    ])
      expect({ table, some: (tables[table] ?? []).length > 0 }).toEqual({ table, some: true })
    expect(text).not.toContain('of-yanis')
    expect(text).not.toMatch(/connection_key|_hash"/)
    for (const path of world.sandbox.vault.paths()) {
      expect(text).not.toContain(path.split('/').at(-1))
      expect(text).not.toContain(world.sandbox.vault.read(path)?.['accessToken'])
    }
  })

  test('who is erased stands nowhere in the database, and what is shared stays without them', async () => {
    await using world = await startWorld({ database })
    const { camille, yanis } = world
    const mine = world.api(camille)
    await worked(world, camille, 'private-canary')
    const { board: shared } = await worked(world, camille, 'shared-canary', { visibility: 'tenant' })
    const [item] = await itemsOf(mine, shared)
    await mine.call('createUpdate', { params: { id: item!.id }, body: { body: 'Said by somebody' } })
    await adminNames(world, [camille, yanis])

    const { receiptId } = await mine.call('eraseMe')
    const receipt = () => mine.call('readReceipt', { params: { id: receiptId } })
    await until(async () => (await receipt()).finishedAt !== null)

    expect(await receipt()).toMatchObject({
      kind: 'erase',
      parts: expect.arrayContaining([{ part: 'tokens', state: 'removed', count: 1 }]),
    })
    expect(world.sandbox.vault.paths()).toEqual([])
    expect(world.sandbox.graph.subscriptions(camille)).toEqual([])
    const theirs = world.api(yanis)
    expect(await theirs.call('readBoard', { params: { id: shared.id } })).toMatchObject({ owner: null })
    expect(await itemsOf(theirs, shared)).toMatchObject([{ id: item!.id, source: null }])
    const { items: updates } = await theirs.call('listUpdates', { params: { id: item!.id } })
    expect(updates.map(({ author }) => author)).toEqual([null, null])
    expect((await theirs.call('readPolicy')).createRecipes).toEqual([yanis.objectId])

    await world.server.stop()
    const dump = await dumpOf(world.environment)
    expect(dump).toContain('shared-canary')
    for (const word of [camille.objectId, camille.name, camille.address, 'private-canary']) expect(dump).not.toContain(word)
  })

  test('who never connected a mailbox is erased at once', async () => {
    await using world = await startWorld({ database })
    const mine = world.api(world.camille)
    await aBoard(mine, { name: 'private-canary' })
    const { receiptId } = await mine.call('eraseMe')
    expect((await mine.call('readReceipt', { params: { id: receiptId } })).finishedAt).not.toBeNull()
    await world.server.stop()
    const dump = await dumpOf(world.environment)
    for (const word of [world.camille.objectId, world.camille.name, 'private-canary']) expect(dump).not.toContain(word)
  })
})

/** A board with an item, an update and a file that a mail brought. */
async function worked(world: World, person: Person, word: string, overrides: Record<string, unknown> = {}) {
  const api = world.api(person)
  if ((await api.call('listConnections')).length === 0) await world.connect(person)
  const board = await aBoard(api, { name: word, ...overrides })
  const conditions = { all: [{ field: 'subject', operator: 'contains', values: [word] }] }
  const action = createItemOn(board, { update: '{{ message.body.html }}', attachments: 'files' })
  await aRecipe(api, board, { name: word, conditions, actions: [action] })
  const file = { name: `${word}.txt`, contentType: 'text/plain', content: Buffer.from(word) }
  await world.sandbox.graph.deliver(person, aMail({ subject: word, attachments: [file] }))
  await untilItems(api, board, 1)
  await world.untilIdle()
  return { board }
}

/** A policy that names people by their object ids. */
async function adminNames({ sandbox, api, camille }: World, people: Person[]): Promise<void> {
  const admin = sandbox.entra.addPerson({
    tenantId: camille.tenantId,
    name: 'Ada Admin',
    address: 'ada@contoso-demo.example',
    roles: ['Mailboard.Admin'],
  })
  await api(admin).call('writePolicy', { body: { createRecipes: people.map(({ objectId }) => objectId) } })
}
