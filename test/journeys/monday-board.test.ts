// A mail becomes an item on a board of monday.com, and its update; whatever is lost, cut off or limited on the way.
import { describe, expect, test } from '@jest/globals'
import { aMail, aRecipe, recipeBody, runsOf } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { connectMonday, createOnMonday, mondayBoard } from '../support/monday-boards.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const withUpdate = {
  columns: { amount: "{{ message.body.text | extract: 'Total: ([0-9.]+)' }}", sender: '{{ message.from.address }}', status: 'New' },
  update: '{{ message.body.html }}',
}

describe.each(databases)('on %s', (database) => {
  test('boards are listed and read as its user sees them', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    expect(await api.problemOf('listBoards', { query: { target: 'monday' } })).toMatchObject({ status: 409, code: 'not-connected' })
    const { id } = await mondayBoard(world)
    const { items, next } = await api.call('listBoards', { query: { target: 'monday' } })
    expect([items.map((board) => [board.id, board.target, board.name]), next]).toEqual([[[id, 'monday', 'Invoices']], null])
    expect(await api.call('readBoard', { params: { id } })).toMatchObject({
      id,
      target: 'monday',
      visibility: 'tenant',
      groups: [{ title: 'New' }, { title: 'Paid' }],
      columns: [
        { id: 'amount', type: 'numbers' },
        { id: 'sender', type: 'email' },
        { id: 'status', type: 'status', labels: ['New', 'Done'] },
      ],
    })
    world.sandbox.monday.makePrivate(id)
    expect(await api.problemOf('readBoard', { params: { id } })).toMatchObject({ code: 'board-not-found' })
    expect((await api.call('listBoards', { query: { target: 'built-in' } })).items).toEqual([])
  })

  test('many boards come page by page', async () => {
    await using world = await startWorld({ database })
    await mondayBoard(world)
    for (let count = 1; count < 30; count += 1) world.sandbox.monday.board(world.camille, { name: `Board ${count}` })
    const api = world.api(world.camille)
    const first = await api.call('listBoards', { query: { target: 'monday' } })
    const second = await api.call('listBoards', { query: { target: 'monday', cursor: first.next ?? '' } })
    expect([first.items.length, second.items.length, second.next]).toEqual([25, 5, null])
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(30)
    expect(await api.problemOf('listBoards', { query: { target: 'monday', cursor: 'nonsense' } })).toMatchObject({
      code: 'invalid-request',
    })
  })

  test('a recipe that names one is saved, tried without writing, and a mail becomes an item with its columns and update', async () => {
    await using world = await startWorld({ database })
    const { sandbox } = world
    const api = world.api(world.camille)
    const board = await mondayBoard(world)
    const [, paid] = (await api.call('readBoard', { params: { id: board.id } })).groups
    const actions = [createOnMonday(board, { ...withUpdate, group: paid!.id })]
    const recipe = await aRecipe(api, board, { actions })
    expect(recipe.warnings).toEqual([])

    const { id: messageId } = await sandbox.graph.deliver(world.camille, aMail())
    const [item] = await board.untilThere(1)
    expect(item).toMatchObject({
      name: 'Invoice 2026-118',
      group: paid!.id,
      columns: { amount: '1250', sender: 'nadia@supplier.example', status: 'New', mailboard_ref: expect.stringMatching(/^[0-9a-f]{32}$/) },
    })
    await world.untilIdle()
    expect(board.itemsThere()[0]?.updates).toEqual([
      expect.stringMatching(/Please find our invoice\..*Total: 1250\.00 EUR.*Mailboard [0-9a-f]{16}/),
    ])

    const [run] = await runsOf(api)
    expect(run).toMatchObject({ outcome: 'done', messageId, actions: [{ kind: 'create-item', outcome: 'done', item: { target: 'monday', id: item!.id } }] }) // prettier-ignore

    const { results } = await api.call('tryRecipe', { body: { recipe: recipeBody(board, { actions }), message: { id: messageId } } })
    expect(results).toMatchObject([{ matches: true, actions: [{ kind: 'create-item', name: 'Invoice 2026-118', columns: { amount: '1250.00' } }] }]) // prettier-ignore
    expect(board.itemsThere()).toHaveLength(1)
  })

  test('GraphQL in a mail becomes an item with exactly these words', async () => {
    await using world = await startWorld({ database })
    const board = await mondayBoard(world)
    await aRecipe(world.api(world.camille), board, { conditions: { all: [] }, actions: [createOnMonday(board)] })
    const subject = '"}) { id } delete_board(board_id: $board) { id } } # \\" ${1} {{ message.subject }}'
    await world.sandbox.graph.deliver(world.camille, aMail({ subject }))
    const [item] = await board.untilThere(1)
    expect(item?.name).toBe(subject)
  })

  test('what a board does not have is said when the recipe is saved', async () => {
    await using world = await startWorld({ database })
    const board = await mondayBoard(world)
    const api = world.api(world.camille)
    const faults = async (overrides: Record<string, unknown>) =>
      (await api.problemOf('createRecipe', { body: recipeBody(board, { actions: [createOnMonday(board, overrides)] }) })).errors
    expect(await faults({ board: { target: 'monday', id: '1' } })).toMatchObject([
      { pointer: '/actions/0/board/id', code: 'unknown-board' },
    ])
    expect(await faults({ group: 'nowhere' })).toMatchObject([{ pointer: '/actions/0/group', code: 'unknown-group' }])
    expect(await faults({ columns: { nothing: 'x' } })).toMatchObject([{ pointer: '/actions/0/columns/nothing', code: 'unknown-column' }])
    const stranger = await world
      .api(world.yanis)
      .problemOf('createRecipe', { body: recipeBody(board, { actions: [createOnMonday(board)] }) })
    expect(stranger).toMatchObject({ code: 'not-connected' })
  })

  test('one click makes one too, an answer adds to the item of its conversation, and an undo takes the item back', async () => {
    await using world = await startWorld({ database })
    const { sandbox } = world
    const api = world.api(world.camille)
    const board = await mondayBoard(world)
    const { id: first } = await sandbox.graph.deliver(world.camille, aMail({ subject: 'Printer on fire', conversationId: 'talk' }))
    const run = await api.call('actOnMessage', { params: { id: first }, body: { action: createOnMonday(board) } })
    expect(run).toMatchObject({ outcome: 'done', event: { kind: 'click' } })

    await aRecipe(api, board, {
      conditions: { all: [{ field: 'subject', operator: 'contains', values: ['printer'] }] },
      actions: [
        {
          kind: 'add-update',
          board: board.ref,
          find: { by: 'conversation' },
          body: '{{ message.body.text }}',
          otherwise: 'skip',
          attachments: 'none',
        },
      ],
    })
    await sandbox.graph.deliver(world.camille, aMail({ subject: 'Re: Printer on fire', conversationId: 'talk' }))
    await until(() => (board.itemsThere()[0]?.updates.length ?? 0) > 0)
    await world.untilIdle()
    expect(board.itemsThere()).toHaveLength(1)

    const { id: alone } = await sandbox.graph.deliver(world.camille, aMail({ subject: 'Another', conversationId: 'other' }))
    const second = await api.call('actOnMessage', { params: { id: alone }, body: { action: createOnMonday(board) } })
    expect(board.itemsThere()).toHaveLength(2)
    await api.call('undoRun', { params: { id: second.id } })
    expect(board.itemsThere().map(({ name }) => name)).toEqual(['Printer on fire'])
  })

  test.each([
    ['an answer that is lost', { dropAnswerAfterEffect: true }],
    ['a call that is lost', { dropConnection: true }],
    ['a service that fails', { status: 503 }],
  ])('%s makes exactly one item and one update', async (_what, fault) => {
    await using world = await startWorld({ database })
    const board = await mondayBoard(world)
    await aRecipe(world.api(world.camille), board, { actions: [createOnMonday(board, withUpdate)] })
    for (const sent of [/create_item\(/, /create_update\(/]) world.sandbox.misbehave('monday', { match: { sent }, times: 2, ...fault })
    await world.sandbox.graph.deliver(world.camille, aMail())
    await until(() => (board.itemsThere()[0]?.updates.length ?? 0) > 0)
    await world.untilIdle()
    expect(board.itemsThere().map(({ name, updates }) => [name, updates.length])).toEqual([['Invoice 2026-118', 1]])
    expect(await runsOf(world.api(world.camille))).toMatchObject([{ outcome: 'done' }])
  })

  test('a board that has gone says so, and the others go on', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await mondayBoard(world)
    await aRecipe(api, board, { actions: [createOnMonday(board)] })
    world.sandbox.monday.deleteBoard(board.id)
    await world.sandbox.graph.deliver(world.camille, aMail())
    await world.untilIdle()
    expect(await runsOf(api)).toMatchObject([{ outcome: 'failed', reason: { code: 'board-gone' } }])
  })

  test('without the connection a mail waits, and becomes one item when it is back', async () => {
    await using world = await startWorld({ database })
    const { sandbox } = world
    const api = world.api(world.camille)
    const board = await mondayBoard(world)
    await aRecipe(api, board, { actions: [createOnMonday(board)] })
    sandbox.monday.revokeTokens(world.camille)
    await sandbox.graph.deliver(world.camille, aMail())
    await until(async () => (await runsOf(api))[0]?.reason.code === 'connection-lost')
    const connections = await api.call('listConnections')
    expect(connections.map(({ provider, status, reason }) => [provider, status, reason?.code])).toEqual(
      expect.arrayContaining([
        ['microsoft', 'active', undefined],
        ['monday', 'needs-reconnect', 'revoked'],
      ]),
    )
    expect(await api.problemOf('listBoards', { query: { target: 'monday' } })).toMatchObject({ code: 'reconnect-required' })
    await connectMonday(world, world.camille)
    await board.untilThere(1)
    await world.untilIdle()
    expect(board.itemsThere()).toHaveLength(1)
    expect(await runsOf(api)).toMatchObject([{ outcome: 'done' }])
  })
})
