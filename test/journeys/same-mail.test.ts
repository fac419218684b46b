// A mail that leaves the mailbox for the archive and comes back is a new message with a new id, and the same mail.
import { describe, expect, test } from '@jest/globals'
import type { Mail } from '../../sandbox/graph/message.ts'
import type { Api } from '../support/api-client.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { dumpOf } from '../support/dump.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

/** After any recipe is switched on. */
const received = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000)
const aSupplier = { name: 'Nadia Ferreira', address: 'nadia@supplier.example' }
const theMail = (overrides: Mail = {}): Mail =>
  aMail({
    subject: 'Invoice Zebra-17',
    from: aSupplier,
    receivedAt: received,
    internetMessageId: '<zebra-17@supplier.example>',
    ...overrides,
  })

async function withRecipe(world: World, person = world.camille) {
  const api = world.api(person)
  await world.connect(person)
  const board = await aBoard(api)
  const recipe = await aRecipe(api, board, { conditions: everyMail })
  await world.untilIdle()
  return { api, board, recipe }
}

/** Into the archive, which is another mailbox to Graph, and back. */
async function throughArchive(world: World, id: string, mail: Mail, notifications = 1): Promise<string> {
  world.sandbox.graph.remove(world.camille, id)
  return (await world.sandbox.graph.deliver(world.camille, mail, { notifications })).id
}

const runOf = async (api: Api, messageId: string) => (await runsOf(api)).find((run) => run.messageId === messageId)
const untilRun = (api: Api, messageId: string) => until(() => runOf(api, messageId))
const sameMail = { outcome: 'skipped', reason: { code: 'same-mail' }, actions: [], message: { subject: 'Invoice Zebra-17' } }

const others: [what: string, mail: Mail][] = [
  ['a Message-ID that somebody repeats', { subject: 'Another', from: { name: 'Eve', address: 'eve@elsewhere.example' }, receivedAt: new Date(+received + 60_000) }],
  ['another subject', { subject: 'Invoice Zebra-18' }],
  ['another sender', { from: { name: 'Nadia Ferreira', address: 'nadia@elsewhere.example' } }],
  ['another second', { receivedAt: new Date(+received + 1_000) }],
  ['another Message-ID', { internetMessageId: '<zebra-18@supplier.example>' }],
] // prettier-ignore

describe.each(databases)('One mail is one mail, on %s', (database) => {
  test('a mail that comes back from the archive becomes no second item, and its run says so', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail())
    await untilItems(api, board, 1)

    const back = await throughArchive(world, id, theMail())

    expect(await untilRun(api, back)).toMatchObject(sameMail)
    const again = await throughArchive(world, back, theMail({ from: { ...aSupplier, address: 'Nadia@Supplier.Example' } }))
    expect(await untilRun(api, again)).toMatchObject(sameMail)
    await world.untilIdle()
    expect(await itemsOf(api, board)).toHaveLength(1)
    expect(await runOf(api, id)).toMatchObject({ outcome: 'done' })
  })

  test('one thing that differs makes it another mail', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    await world.sandbox.graph.deliver(world.camille, theMail())
    for (const [, overrides] of others) await world.sandbox.graph.deliver(world.camille, theMail(overrides))
    await world.sandbox.graph.deliver(world.camille, theMail({ internetMessageId: '' }))
    await world.sandbox.graph.deliver(world.camille, theMail({ internetMessageId: '' }))

    await untilItems(api, board, others.length + 3)
    await world.untilIdle()
    expect((await runsOf(api)).map(({ outcome }) => outcome)).toEqual(Array(others.length + 3).fill('done'))
  })

  test('a mail that only pretends to be another, in the same second, takes nothing away from it', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    const twins: Mail[] = [
      { body: { contentType: 'text', content: 'Something else' } },
      { sender: { name: 'Eve', address: 'eve@elsewhere.example' } },
      { to: [{ name: '', address: 'list@contoso.example' }] },
      { headers: [{ name: 'X-Mailer', value: 'another' }] },
      { attachments: [{ kind: 'file', name: 'invoice.pdf', contentType: 'application/pdf', content: Buffer.from('1'), isInline: false }] },
    ]
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail())
    const others = await Promise.all(twins.map((twin) => world.sandbox.graph.deliver(world.camille, theMail(twin))))
    await untilItems(api, board, 1 + twins.length)
    await world.untilIdle()

    for (const [at, other] of others.entries()) {
      const back = await throughArchive(world, other.id, theMail(twins[at]))
      expect(await untilRun(api, back)).toMatchObject(sameMail)
    }
    expect(await untilRun(api, await throughArchive(world, id, theMail()))).toMatchObject(sameMail)
    await world.untilIdle()
    expect(await itemsOf(api, board)).toHaveLength(1 + twins.length)
  })

  test('nor is it the same mail in another mailbox, or to another recipe', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const [hers, his] = [await withRecipe(world), await withRecipe(world, world.yanis)]
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail())
    await world.sandbox.graph.deliver(world.yanis, theMail())
    await untilItems(hers.api, hers.board, 1)
    await untilItems(his.api, his.board, 1)

    const second = await aRecipe(hers.api, hers.board, {
      name: 'Second',
      conditions: everyMail,
      actions: [createItemOn(hers.board, { name: 'By the second' })],
    })
    const later = new Date(+received + 60_000)
    const { id: fresh } = await world.sandbox.graph.deliver(world.camille, theMail({ receivedAt: later }))
    await untilItems(hers.api, hers.board, 3)
    await world.untilIdle()
    const backs = [await throughArchive(world, id, theMail()), await throughArchive(world, fresh, theMail({ receivedAt: later }))]
    for (const back of backs) await untilRun(hers.api, back)
    await world.untilIdle()

    const codes = (await runsOf(hers.api))
      .filter(({ messageId }) => messageId === backs[1])
      .map(({ recipeId, reason }) => [recipeId, reason.code])
    expect(codes).toContainEqual([second.id, 'same-mail'])
    expect(codes).toContainEqual([hers.recipe.id, 'same-mail'])
    expect((await itemsOf(hers.api, hers.board)).filter(({ name }) => name !== 'By the second')).toHaveLength(2)
  })

  test('both at once, many times, in one batch and by catch-up, make one item', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1s' } })
    const { api, board } = await withRecipe(world)
    const { graph } = world.sandbox
    const copies = await Promise.all([3, 2, 0, 0].map((notifications) => graph.deliver(world.camille, theMail(), { notifications })))

    for (const { id } of copies) await untilRun(api, id)
    await world.untilIdle()

    expect(await itemsOf(api, board)).toHaveLength(1)
    expect((await runsOf(api)).map(({ reason }) => reason.code).toSorted()).toEqual(['done', 'same-mail', 'same-mail', 'same-mail'])
  })

  test('what was undone stays undone when its mail comes back, and what was deleted stays deleted', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail())
    const first = await untilRun(api, id)
    await world.untilIdle()
    await api.call('undoRun', { params: { id: first.id } })

    const back = await throughArchive(world, id, theMail())

    expect(await untilRun(api, back)).toMatchObject(sameMail)
    expect(await itemsOf(api, board)).toEqual([])
  })

  test('where the first came to nothing, the one that comes back is acted on', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api, { columns: [{ id: 'due', title: 'Due', type: 'date' }] })
    const recipe = await aRecipe(api, board, { conditions: everyMail })
    await api.call('deleteBoard', { params: { id: board.id }, headers: { 'if-match': `"${board.version}"` } })
    const { id } = await world.sandbox.graph.deliver(world.camille, theMail())
    expect(await untilRun(api, id)).toMatchObject({ outcome: 'failed', reason: { code: 'board-gone' } })
    const anew = await aBoard(api, { name: 'Anew' })
    const { version } = await api.call('readRecipe', { params: { id: recipe.id } })
    const { name, trigger, conditions } = recipe
    await api.call('replaceRecipe', {
      params: { id: recipe.id },
      headers: { 'if-match': `"${version}"` },
      body: { name, enabled: true, trigger, conditions, actions: [createItemOn(anew)] },
    })

    const back = await throughArchive(world, id, theMail())
    expect(await untilRun(api, back)).toMatchObject({ outcome: 'done' })
    const third = await throughArchive(world, back, theMail())
    expect(await untilRun(api, third)).toMatchObject(sameMail)
    expect(await itemsOf(api, anew)).toHaveLength(1)
  })

  test('nothing of what a mail is known by can be read in the database, and it goes with its owner', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    await world.sandbox.graph.deliver(world.camille, theMail())
    await untilItems(api, board, 1)
    await world.untilIdle()

    const { tables } = await api.call('exportMe')
    expect(tables['message_digests']).toMatchObject([{ message_id: expect.any(String) }])
    expect(Object.keys(tables['message_digests']?.[0] ?? {})).not.toContain('digest')

    await world.server.stop()
    expect(await digestsIn(world)).toMatch(/\\x[0-9a-f]{64}/)
    expect(await digestsIn(world)).not.toMatch(/zebra|nadia|supplier/i)
    await world.server.start()
    const { receiptId } = await api.call('eraseMe')
    await until(async () => (await api.call('readReceipt', { params: { id: receiptId } })).finishedAt)
    await world.server.stop()
    expect(await digestsIn(world)).not.toMatch(/\\x/)
  })
})

const digestsIn = async ({ environment }: World) =>
  (await dumpOf(environment)).split('\n-- ').find((table) => table.startsWith('public.message_digests'))

for (const database of databases.filter((each) => each === 'postgresql'))
  test('of two replicas one is killed while both messages of a mail are under way: one item', async () => {
    await using world = await startWorld({ database, replicas: ['all', 'all'], env: { JOB_LEASE: '2s', CATCHUP_INTERVAL: '1d' } })
    const { api, board } = await withRecipe(world)
    const stall = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, stall: true })
    const copies = await Promise.all([1, 1].map(() => world.sandbox.graph.deliver(world.camille, theMail())))
    await until(() => stall.seen() > 0)

    await world.replicas[0]!.kill()
    stall.clear()
    await world.replicas[0]!.start()

    for (const { id } of copies) await untilRun(api, id)
    await world.untilIdle()
    expect(await itemsOf(api, board)).toHaveLength(1)
    expect((await runsOf(api)).map(({ reason }) => reason.code).toSorted()).toEqual(['done', 'same-mail'])
  })
