// What mails and people really write: what is found, what is read, and what is said of what is left out.
import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, itemsOf, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

const columns = [
  { id: 'status', title: 'Status', type: 'status', labels: ['New', 'Broken, urgent'] },
  { id: 'kinds', title: 'Kinds', type: 'dropdown', labels: ['Broken, urgent', 'Other'] },
  { id: 'due', title: 'Due', type: 'date' },
  { id: 'received', title: 'Received', type: 'date' },
  { id: 'amount', title: 'Amount', type: 'numbers' },
  { id: 'german', title: 'German', type: 'numbers', locale: 'de' },
  { id: 'who', title: 'Who', type: 'people' },
  { id: 'phone', title: 'Phone', type: 'phone' },
  { id: 'text', title: 'Text', type: 'text' },
]

const byPart = <Each extends { part: string }>(all: readonly Each[]) => all.toSorted((one, other) => one.part.localeCompare(other.part))

describe.each(databases)('on %s', (database) => {
  test('what cannot be read is left out, and the try, the run, the item and the saved recipe say so', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api, { columns })
    const actions = [
      createItemOn(board, {
        columns: {
          status: 'Urgnt',
          due: '{{ message.subject | date }}',
          amount: '{{ message.body.text | extract: "Total: (\\S+)" }}',
          german: '{{ message.body.text | extract: "Total: (\\S+)" }}',
          who: '{{ message.from.name }}',
          phone: '\u202a+33\u20111\u00a023\u202c',
        },
      }),
    ]
    const recipe = await aRecipe(api, board, { conditions: everyMail, actions })
    expect(recipe.warnings).toEqual([
      {
        pointer: '/actions/0/columns/status',
        part: 'columns.status',
        title: 'Status',
        code: 'unknown-label',
        detail: '“Status” stays empty: the text is not one of its labels.',
      },
    ])
    const mail = { subject: 'Tomorrow', from: { name: 'Dubois, Pierre', address: 'pierre@supplier.example' } }
    const { id } = await world.sandbox.graph.deliver(
      world.camille,
      aMail({ ...mail, body: { contentType: 'text', content: 'Total: 1.000 €' } }),
    )
    const [item] = await untilItems(api, board, 1)
    const left = [
      { part: 'columns.amount', title: 'Amount', code: 'number-in-two-ways', detail: expect.any(String) },
      { part: 'columns.due', title: 'Due', code: 'no-date', detail: '“Due” stays empty: the text is not a date.' },
      { part: 'columns.status', title: 'Status', code: 'unknown-label', detail: expect.any(String) },
    ]
    expect(item).toMatchObject({ columns: { german: 1000, who: ['Dubois, Pierre'], phone: '+33-1 23' } })
    expect(byPart(item!.leftOut)).toEqual(left)
    expect(Object.keys(item!.columns).toSorted()).toEqual(['german', 'phone', 'who'])

    await world.untilIdle()
    const [run] = await runsOf(api)
    expect(run).toMatchObject({ outcome: 'done', reason: { code: 'done' } })
    expect(byPart(run!.reason.params['leftOut'] as { part: string }[])).toEqual(left)
    const { results } = await api.call('tryRecipe', {
      body: { recipe: recipeBody(board, { conditions: everyMail, actions }), message: { id } },
    })
    expect(byPart(results[0]!.actions[0]!.leftOut)).toEqual(left)

    const filled = await api.call('changeItem', { params: { id: item!.id }, body: { columns: { status: 'New' } } })
    expect(byPart(filled.leftOut).map(({ part }) => part)).toEqual(['columns.amount', 'columns.due'])
  })

  test('dates are those of UTC until it is known where the mailbox is read, and then of there', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api, { columns })
    await aRecipe(api, board, {
      conditions: everyMail,
      actions: [
        createItemOn(board, { name: "{{ message.receivedAt | date: '%d %H:%M' }}", columns: { received: '{{ message.receivedAt }}' } }),
      ],
    })
    const lateEvening = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 0, 31, 23, 30)).toISOString()
    const deliver = () => world.sandbox.graph.deliver(world.camille, aMail({ receivedAt: new Date(lateEvening) }))
    expect((await api.call('readMe')).timeZone).toBeNull()
    await deliver()
    const [before] = await untilItems(api, board, 1)
    expect(before).toMatchObject({ name: '31 23:30', columns: { received: lateEvening.slice(0, 10) } })

    expect(await api.call('writeTimeZone', { body: { timeZone: 'Romance Standard Time' } })).toEqual({ timeZone: 'Europe/Paris' })
    expect((await api.call('readMe')).timeZone).toBe('Europe/Paris')
    await deliver()
    const items = await untilItems(api, board, 2)
    expect(items.map(({ name }) => name).toSorted()).toEqual(['01 00:30', '31 23:30'])
    expect(items.find(({ name }) => name === '01 00:30')?.columns['received']).toMatch(/-02-01$/)

    for (const [name, zone] of [
      ['Asia/Kathmandu', 'Asia/Kathmandu'],
      ['W. Europe Standard Time', 'Europe/Berlin'],
      ['Tokyo Standard Time', 'Asia/Tokyo'],
      ['UTC', 'UTC'],
    ])
      expect(await api.call('writeTimeZone', { body: { timeZone: name! } })).toEqual({ timeZone: zone })
    expect(await api.problemOf('writeTimeZone', { body: { timeZone: 'Nowhere/Town' } })).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ pointer: '/timeZone' }],
    })
  })

  test('an item is found by its column as people read it', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api, { columns })
    const found = await Promise.all(
      ["L'offre de la STRASSE", 'e-mail', 'iptal', 'Purchase order'].map((text) =>
        api.call('createItem', { params: { id: board.id }, body: { name: text, columns: { text } } }),
      ),
    )
    await aRecipe(api, board, {
      conditions: everyMail,
      actions: [
        {
          kind: 'add-update',
          board: { target: 'built-in', id: board.id },
          body: 'found',
          find: { by: 'column', column: 'text', value: '{{ message.subject }}' },
          otherwise: { create: { board: { target: 'built-in', id: board.id }, name: 'none' } },
        },
      ],
    })
    for (const subject of ['l’offre  de la Straße', 'e\u2011m\u00adail', 'İPTAL', 'purchase\u00a0order'])
      await world.sandbox.graph.deliver(world.camille, aMail({ subject }))
    await world.untilIdle()
    expect(await itemsOf(api, board)).toHaveLength(4)
    for (const { id } of found) {
      const { items } = await api.call('listUpdates', { params: { id } })
      expect(items.map(({ text }) => text)).toEqual(['found'])
    }
  })
})
