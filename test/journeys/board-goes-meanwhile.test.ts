// Writes beside a change or a deletion of what they are written on: each is answered as if it came before or after, and nothing
// ends where nobody sees it.
import { describe, expect, test } from '@jest/globals'
import { type Api, problemFrom, type Reply } from '../support/api-client.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, itemsOf, runsOf } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const tries = 60

const meanwhile = [404, 409, 422]

/** What is neither done nor refused for a reason that the caller can act on. */
const odd = (replies: Reply[]): string[] =>
  replies.filter(({ status }) => status >= 300 && !meanwhile.includes(status)).map(({ status, text }) => `${status} ${text.slice(0, 200)}`)

const twoGroups = {
  groups: [
    { id: 'open', title: 'Open' },
    { id: 'done', title: 'Done' },
  ],
}
const oneGroup = { groups: [{ id: 'open', title: 'Open' }] }

const itemIn = (api: Api, board: { id: string }, groupId: string) =>
  api.request('POST', `/api/boards/${board.id}/items`, { body: { name: 'Between', groupId } })

describe.each(databases)('on %s', (database) => {
  test(`no item is in a group that is not there, in ${tries} tries`, async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const unseen: string[] = []
    const answers: string[] = []
    const ends = new Set<string>()
    for (let at = 0; at < tries; at += 1) {
      const board = await aBoard(api, twoGroups)
      const moved = (await itemIn(api, board, 'open')).body as { id: string }
      const replies = await Promise.all([
        itemIn(api, board, 'done'),
        api.request('PATCH', `/api/boards/${board.id}`, { body: oneGroup }),
        api.request('PATCH', `/api/items/${moved.id}`, { body: { groupId: 'done' } }),
        itemIn(api, board, 'done'),
      ])
      answers.push(...odd(replies))
      ends.add(replies.map(({ status }) => status).join())
      const { groups } = await api.call('readBoard', { params: { id: board.id } })
      for (const item of await itemsOf(api, board)) if (!groups.some(({ id }) => id === item.groupId)) unseen.push(item.id)
    }
    expect({ unseen, answers }).toEqual({ unseen: [], answers: [] })
    // Either of them came first at times, or the tries have tried nothing.
    expect(ends.size).toBeGreaterThan(database === 'postgresql' ? 1 : 0)
  })

  test(`writes beside the deletion of their board are done or 404, in ${tries} tries`, async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const colleague = world.api(world.yanis)
    const answers: string[] = []
    for (let at = 0; at < tries; at += 1) {
      const board = await aBoard(api, { visibility: 'tenant', columns: [{ id: 'amount', title: 'Amount', type: 'numbers' }] })
      const item = (await itemIn(api, board, board.groups[0]?.id ?? '')).body as { id: string }
      const gone =
        at % 3 === 0
          ? api.request('DELETE', `/api/items/${item.id}`)
          : at % 3 === 1
            ? api.request('DELETE', `/api/boards/${board.id}`)
            : api.request('PATCH', `/api/boards/${board.id}`, { body: { visibility: 'private' } })
      const replies = await Promise.all([
        colleague.request('POST', `/api/items/${item.id}/updates`, { body: { body: 'Beside' } }),
        itemIn(colleague, board, board.groups[0]?.id ?? ''),
        colleague.request('PATCH', `/api/items/${item.id}`, { body: { name: 'Beside', columns: { amount: 1 } } }),
        gone,
        colleague.request('GET', `/api/items/${item.id}/updates`),
        api.request('PATCH', `/api/boards/${board.id}`, { body: { columns: [{ id: 'other', title: 'Other', type: 'text' }] } }),
        api.request('POST', `/api/items/${item.id}/updates`, { body: { body: 'Beside' } }),
      ])
      answers.push(...odd(replies))
      for (const reply of replies) if (reply.status >= 400) problemFrom(reply)
    }
    expect(answers).toEqual([])
  })

  test('a mail beside the deletion of its board ends as a run that says so', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const boards = []
    for (let at = 0; at < 12; at += 1) {
      const board = await aBoard(api)
      boards.push(board)
      await aRecipe(api, board, {
        name: `Recipe ${at}`,
        conditions: everyMail,
        actions: [
          {
            kind: 'add-update',
            board: { target: 'built-in', id: board.id },
            body: '{{ message.body.html }}',
            find: { by: 'conversation' },
            otherwise: { create: createItemOn(board, { kind: undefined }) },
            attachments: 'none',
          },
        ],
      })
    }
    await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'First', conversationId: 'one' }))
    await world.untilIdle()
    await Promise.all([
      world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Second', conversationId: 'one' })),
      ...boards.map(({ id }) => api.request('DELETE', `/api/boards/${id}`)),
    ])
    await world.untilIdle()
    const runs = await until(async () => {
      const all = await runsOf(api)
      return all.length >= 24 && all.every(({ outcome }) => outcome !== 'waiting') && all
    })
    expect(runs).toHaveLength(24)
    const ends = new Set(runs.map(({ outcome, reason }) => `${outcome} ${reason.code}`))
    expect([...ends].filter((end) => end !== 'done done' && end !== 'failed board-gone')).toEqual([])
  })
})
