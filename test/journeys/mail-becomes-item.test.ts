import { describe, expect, test } from '@jest/globals'
import { aBoard, activityOf, aMail, aRecipe, createItemOn, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('a mail that matches becomes an item with its columns and text, within five seconds', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api, {
      groups: [
        { id: 'new', title: 'New' },
        { id: 'paid', title: 'Paid' },
      ],
      columns: [
        { id: 'amount', title: 'Amount', type: 'numbers' },
        { id: 'sender', title: 'Sender', type: 'email' },
      ],
    })
    const recipe = await aRecipe(api, board, {
      actions: [
        createItemOn(board, {
          group: 'new',
          columns: { amount: "{{ message.body.text | extract: 'Total: ([0-9.]+)' }}", sender: '{{ message.from.address }}' },
          update: '{{ message.body.html }}',
        }),
      ],
    })

    const since = Date.now()
    const { id } = await world.sandbox.graph.deliver(world.camille, aMail())
    const [item] = await untilItems(api, board, 1)
    expect(Date.now() - since).toBeLessThan(5000)

    expect(item).toMatchObject({
      name: 'Invoice 2026-118',
      groupId: 'new',
      columns: { amount: 1250, sender: { email: 'nadia@supplier.example' } },
      source: { messageId: id, recipeId: recipe.id },
    })
    const { items: updates } = await api.call('listUpdates', { params: { id: item!.id } })
    expect(updates.map(({ text }) => text)).toEqual([expect.stringContaining('Please find our invoice.')])

    await world.untilIdle()
    const [run] = await runsOf(api)
    expect(run).toMatchObject({
      recipeId: recipe.id,
      event: { kind: 'mail', messageId: id },
      messageId: id,
      outcome: 'done',
      message: { subject: 'Invoice 2026-118' },
      actions: [{ kind: 'create-item', outcome: 'done', itemId: item!.id }],
    })

    await api.call('deleteRecipe', { params: { id: recipe.id } })
    expect(await runsOf(api)).toMatchObject([{ recipeId: null, event: { kind: 'mail' } }])
  })

  test('a mail that does not match becomes none, and only the condition that decided is kept of it', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    const recipe = await aRecipe(api, board)

    const { id } = await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Lunch?' }))
    await world.untilIdle()

    expect(await itemsOf(api, board)).toEqual([])
    expect(await runsOf(api)).toEqual([])
    expect(await activityOf(api)).toMatchObject([
      { messageId: id, mail: null, runs: [], notMatched: [{ recipeId: recipe.id, pointer: '/conditions/all/0' }] },
    ])
  })

  test('without a recipe that is on, nothing of a mail is fetched', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await aRecipe(api, await aBoard(api), { enabled: false })
    await world.untilIdle()
    world.sandbox.graph.ledger.clear()

    await world.sandbox.graph.deliver(world.camille, aMail())
    await world.untilIdle()

    expect(world.sandbox.graph.notifications.entries.map(({ status }) => status)).toEqual([202])
    expect(world.sandbox.graph.ledger.entries).toEqual([])
    expect(await runsOf(api)).toEqual([])
  })

  test('attachments become files of the update, handed out once by a ticket', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { actions: [createItemOn(board, { update: '{{ message.body.html }}', attachments: 'files' })] })
    const content = Buffer.from('%PDF-1.7 not really')

    await world.sandbox.graph.deliver(
      world.camille,
      aMail({ attachments: [{ name: 'invoice.pdf', contentType: 'application/pdf', content }] }),
    )
    const [item] = await untilItems(api, board, 1)
    await world.untilIdle()

    const { items: updates } = await api.call('listUpdates', { params: { id: item!.id } })
    const [file] = updates[0]?.files ?? []
    expect(file).toMatchObject({ name: 'invoice.pdf', size: content.length })
    const { url } = await api.call('createTicket', { params: { id: file!.id } })
    const address = new URL(url, world.server.url)
    const download = await fetch(address)
    expect(download.headers.get('content-disposition')).toContain('attachment')
    expect(Buffer.from(await download.arrayBuffer())).toEqual(content)
    expect((await fetch(address)).status).toBeGreaterThanOrEqual(400)
  })
})
