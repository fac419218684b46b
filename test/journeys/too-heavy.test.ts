// One mail, one recipe, one request: none of them stops the server for everybody else.
import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { randomText } from '../support/random-text.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

/** Tables that took all memory, or minutes, when they were laid out cell by cell. */
const tables = [
  '<table><tr><td colspan=1000000 rowspan=1000>x</table>',
  '<table><tr><td rowspan=30000 colspan=300>x</td></tr></table>',
  `<table>${'<tr><td>x'.repeat(80_000)}`,
  `<table><tr>${'<td rowspan=65534 colspan=1000>x'.repeat(2_000)}`,
]

describe.each(databases)('on %s', (database) => {
  test('a table of millions of cells becomes an update like any other', async () => {
    await using world = await startWorld({ database, process: 'child' })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: everyMail, actions: [createItemOn(board, { update: '{{ message.body.html }}' })] })
    for (const content of tables) await world.sandbox.graph.deliver(world.camille, aMail({ body: { contentType: 'html', content } }))
    const items = await untilItems(api, board, tables.length)
    for (const { id } of items) {
      const { items: updates } = await api.call('listUpdates', { params: { id } })
      expect(updates).toMatchObject([{ text: expect.stringMatching(/^x/) }])
    }
    for (const body of tables) {
      const { text } = await api.call('createUpdate', { params: { id: items[0]?.id ?? '' }, body: { body } })
      expect(text).toMatch(/^x/)
    }
    expect((await runsOf(api)).map(({ outcome }) => outcome)).toEqual(tables.map(() => 'done'))
  })

  test('a recipe that takes too much work ends as a run that says so; its owner mends it, and nobody else has noticed', async () => {
    await using world = await startWorld({ database, process: 'child' })
    const [camille, yanis] = [world.api(world.camille), world.api(world.yanis)]
    await world.connect(world.camille)
    await world.connect(world.yanis)
    const boards = [await aBoard(camille), await aBoard(yanis)] as const
    const conditions = { all: [{ field: 'body', operator: 'matches', values: ['a.{0,900}b.{0,900}z'] }] }
    const { id } = await aRecipe(camille, boards[0], { conditions, actions: [createItemOn(boards[0])] })
    await aRecipe(yanis, boards[1], { conditions: everyMail, actions: [createItemOn(boards[1])] })
    const heavy = aMail({ body: { contentType: 'text', content: randomText('ab', 250_000) } })
    await world.sandbox.graph.deliver(world.camille, heavy)
    for (let count = 0; count < 10; count += 1) await world.sandbox.graph.deliver(world.yanis, aMail())
    await untilItems(yanis, boards[1], 10)

    await until(async () => (await runsOf(camille)).some(({ outcome }) => outcome === 'needs-you'))
    const [run] = await runsOf(camille)
    expect(run).toMatchObject({ reason: { code: 'too-heavy', params: { part: 'conditions' } }, recipeId: id })

    const recipe = await camille.call('readRecipe', { params: { id } })
    const { name, enabled, trigger, actions } = recipe
    await camille.call('replaceRecipe', { params: { id }, body: { name, enabled, trigger, actions, conditions: everyMail } })
    await camille.call('retryRun', { params: { id: run?.id ?? '' } })
    await untilItems(camille, boards[0], 1)
  })

  test('an email beyond the largest ends as a run that says so', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, { conditions: { all: [{ field: 'body', operator: 'contains', values: ['x'] }] } })
    await world.sandbox.graph.deliver(world.camille, aMail({ body: { contentType: 'text', content: 'x'.repeat(66 * 1024 * 1024) } }))
    await world.sandbox.graph.deliver(world.camille, aMail({ body: { contentType: 'text', content: 'x' } }))
    await untilItems(api, board, 1)
    const runs = await runsOf(api)
    expect(runs.map(({ outcome, reason: { code, params } }) => ({ outcome, code, params }))).toEqual([
      { outcome: 'done', code: 'done', params: {} },
      { outcome: 'needs-you', code: 'too-heavy', params: { part: 'read' } },
    ])
  })
})
