// The owner's rights: all that is kept of them is told to them, and goes when they say so.
import { describe, expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import type { Person } from '../../sandbox/entra/directory.ts'
import { aBoard, aMail, aRecipe, anAdministrator, createItemOn, everyMail, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { type Api, apiClient } from '../support/api-client.ts'
import { databases } from '../support/databases.ts'
import { dumpOf } from '../support/dump.ts'
import { listen } from '../support/listen.ts'
import { trustedCertificate } from '../support/outlook-host/certificate.ts'
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
    for (const path of world.sandbox.vault.tokenPaths()) {
      expect(text).not.toContain(path.split('/').at(-1))
      expect(text).not.toContain(world.sandbox.vault.read(path)?.['accessToken'])
    }
  })

  test('an export holds contents of files and mentions of its owner, and of others on their board nobody', async () => {
    await using world = await startWorld({ database })
    const { camille, yanis } = world
    const [mine, theirs] = [world.api(camille), world.api(yanis)]
    const { board } = await worked(world, camille, 'of-camille', { visibility: 'tenant' })
    await world.connect(yanis)
    const conditions = { all: [{ field: 'subject', operator: 'contains', values: ['of-yanis'] }] }
    const recipe = await aRecipe(theirs, board, { conditions })
    const { id: messageId } = await world.sandbox.graph.deliver(yanis, aMail({ subject: 'of-yanis' }))
    await untilItems(mine, board, 2)
    await world.untilIdle()
    await adminNames(world, [camille, yanis])

    const { tables } = await mine.call('exportMe')

    expect(tables['files']).toMatchObject([{ name: 'of-camille.txt', content: Buffer.from('of-camille').toString('base64') }])
    expect(tables['policies']).toMatchObject([{ create_recipes: [camille.objectId] }])
    expect(tables['items']?.map(({ name }) => name).toSorted()).toEqual(['of-camille', 'of-yanis'])
    const [run] = await runsOf(theirs)
    const { id: personId } = await theirs.call('readMe')
    const text = JSON.stringify(tables)
    for (const word of [personId, yanis.objectId, yanis.name, yanis.address, recipe.id, run!.id, messageId])
      expect(text).not.toContain(word)
    const ofThem = (await theirs.call('exportMe')).tables
    expect(ofThem['items']).toMatchObject([{ name: 'of-yanis', source_message_id: messageId, source_recipe_id: recipe.id }])
    expect(ofThem['files']).toEqual([])
  })

  test('who is erased stands nowhere in the database, and what is shared stays without them', async () => {
    await using world = await startWorld({ database })
    const { camille, yanis } = world
    const mine = world.api(camille)
    await worked(world, camille, 'private-canary')
    const { board: shared } = await worked(world, camille, 'shared-canary', { visibility: 'tenant' })
    const [item] = await itemsOf(mine, shared)
    await mine.call('createUpdate', { params: { id: item!.id }, body: { body: 'Said by somebody' } })
    await adminNames(world, [{ ...camille, objectId: camille.objectId.toUpperCase() }, yanis])

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

  test('what they wrote on a board that they no longer see keeps no trace of them', async () => {
    await using world = await startWorld({ database })
    const { camille, yanis } = world
    const [mine, theirs] = [world.api(camille), world.api(yanis)]
    await world.connect(camille)
    const board = await aBoard(theirs, { name: 'of-yanis', visibility: 'tenant' })
    const action = createItemOn(board, { update: '{{ message.body.text }}', attachments: 'files' })
    const recipe = await aRecipe(mine, board, { name: 'of-camille', conditions: everyMail, actions: [action] })
    const file = { name: 'left.txt', contentType: 'text/plain', content: Buffer.from('left') }
    const { id: messageId } = await world.sandbox.graph.deliver(camille, aMail({ subject: 'Left behind', attachments: [file] }))
    const [item] = await untilItems(theirs, board, 1)
    await world.untilIdle()
    const [run] = await runsOf(mine)
    const { version } = await theirs.call('readBoard', { params: { id: board.id } })
    await theirs.call('changeBoard', {
      params: { id: board.id },
      body: { visibility: 'private' },
      headers: { 'if-match': `"${version}"` },
    })
    const { id: personId } = await mine.call('readMe')

    await erased(mine)

    expect(await itemsOf(theirs, board)).toMatchObject([{ id: item!.id, name: 'Left behind', source: null }])
    await world.server.stop()
    const kept = (await dumpOf(world.environment)).split('\n-- ')
    for (const word of [messageId, recipe.id, run!.id, personId, camille.objectId, camille.name])
      expect({ word, at: kept.filter((table) => table.includes(word)).map((table) => table.split('\n')[0]) }).toEqual({ word, at: [] })
  })

  test('a pane that goes on asking with the token that it has is refused, and writes nobody down again', async () => {
    await using world = await startWorld({ database })
    const { camille, sandbox } = world
    await world.connect(camille)
    const token = await sandbox.entra.accessToken(camille)
    const pane = apiClient(world.server.url, () => token)
    const stream = await listen(world.server.url, token)
    const { receiptId } = await erased(pane)
    await until(() => stream.hasEnded())
    expect(stream.heard).toContainEqual(expect.objectContaining({ kind: 'erased' }))

    const asked = [
      '/api/me',
      '/api/connections',
      '/api/boards',
      '/api/runs',
      '/api/access-log',
      '/api/policy',
      '/api/events',
      '/api/export',
    ]
    for (const path of asked) expect(await pane.request('GET', path)).toMatchObject({ status: 401, body: { code: 'sign-in-erased' } })
    expect(await pane.problemOf('createBoard', { body: { name: 'Again' } })).toMatchObject({ code: 'sign-in-erased' })
    expect(await pane.problemOf('eraseMe')).toMatchObject({ code: 'sign-in-erased' })
    expect((await pane.call('readReceipt', { params: { id: receiptId } })).finishedAt).not.toBeNull()

    // Whoever signs in anew starts afresh; the old token stays refused.
    const anew = world.api(camille)
    await until(async () => (await anew.request('GET', '/api/me')).status === 200)
    expect(await anew.call('listConnections')).toEqual([])
    expect(await pane.problemOf('readMe')).toMatchObject({ status: 401, code: 'sign-in-erased' })
    await erased(anew)
    await world.server.stop()
    const dump = await dumpOf(world.environment)
    for (const word of [camille.objectId, camille.name]) expect(dump).not.toContain(word)
  })

  test('who is erased after the certificate was renewed on disk is refused all the same', async () => {
    const { cert, key, keyPath, forget } = await trustedCertificate()
    writeFileSync(keyPath, `${key}\n${cert}`)
    await using world = await startWorld({ database, env: { ENTRA_CLIENT_SECRET: '', ENTRA_CLIENT_CERTIFICATE: keyPath } })
    const { camille, yanis, sandbox } = world
    await sandbox.entra.registerCertificate(cert)
    await world.connect(camille)
    for (const person of [camille, yanis]) {
      const token = await sandbox.entra.accessToken(person)
      const pane = apiClient(world.server.url, () => token)
      await pane.call('readMe')
      writeFileSync(keyPath, `of another day\n${key}\n${cert}`)
      await erased(pane)
      expect(await pane.problemOf('readMe')).toMatchObject({ status: 401, code: 'sign-in-erased' })
    }
    forget()
  })

  test.each([
    ['the token is being exchanged', 'entra', /\/token$/],
    ['the mailbox is being read', 'graph', /messages/],
  ] as const)('who is erased while %s is told so, and nothing stays', async (_when, service, path) => {
    await using world = await startWorld({ database })
    const { camille, sandbox } = world
    sandbox.entra.grant(camille, ['Mail.Read', 'User.Read'])
    const token = await sandbox.entra.accessToken(camille)
    const pane = apiClient(world.server.url, () => token)
    const late = sandbox.misbehave(service, { match: { path }, delayAnswerMs: 60_000, times: 1 })
    const connecting = pane.request('POST', '/api/connections/microsoft', { body: { permissions: ['mail.read'] } })
    await until(() => late.seen() > 0)

    await erased(pane)
    late.clear()

    const answer = await connecting
    expect([401, 409]).toContain(answer.status)
    expect(answer.body).toMatchObject({ code: expect.stringMatching(/^(sign-in-erased|not-connected)$/) })
    expect(sandbox.vault.paths()).toEqual([])
    expect(sandbox.graph.subscriptions(camille)).toEqual([])
    await world.untilIdle()
    await world.server.stop()
    const dump = await dumpOf(world.environment)
    for (const word of [camille.objectId, camille.name, camille.address]) expect(dump).not.toContain(word)
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

/** Until the receipt says that all is done. */
async function erased(api: Api): Promise<{ receiptId: string }> {
  const { receiptId } = await api.call('eraseMe')
  await until(async () => (await api.call('readReceipt', { params: { id: receiptId } })).finishedAt !== null)
  return { receiptId }
}

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
async function adminNames(world: World, people: Person[]): Promise<void> {
  await world.api(anAdministrator(world)).call('writePolicy', { body: { createRecipes: people.map(({ objectId }) => objectId) } })
}
