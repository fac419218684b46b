import { describe, expect, test } from '@jest/globals'
import type { Mail } from '../../sandbox/graph/message.ts'
import { aBoard, aRecipe, createItemOn, everyMail, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

const fiveMegabytes = `<div>${'<p>A line of a very long mail, repeated.</p>'.repeat(120_000)}</div><p>The end</p>`

const oddMails: [string, Mail][] = [
  ['no subject', { subject: null }],
  ['no body', { body: { contentType: 'text', content: '' } }],
  ['no sender', { from: null, sender: null }],
  ['five megabytes of HTML', { body: { contentType: 'html', content: fiveMegabytes } }],
  ['five thousand tables, one in the other', { body: { contentType: 'html', content: `${'<table><tr><td>'.repeat(5000)}deep` } }],
  ['NUL bytes and lone surrogates', { subject: 'a\0b\uD800c', body: { contentType: 'text', content: 'x\0y\uDFFFz' } }],
  ['right to left, emoji, combining marks', { subject: '\u202Eفاتورة 🧾 e\u0301', body: { contentType: 'text', content: 'שלום 👩‍👩‍👧' } }],
  [
    'two hundred recipients',
    { to: Array.from({ length: 200 }, (_, index) => ({ name: `Person ${index}`, address: `p${index}@example.com` })) },
  ],
  ['a subject of three thousand characters', { subject: 'long '.repeat(600) }],
  ['an address that is none', { from: { name: 'Undisclosed', address: '' } }],
]

describe.each(databases)('on %s', (database) => {
  test('odd mails become items all the same, and what was cut says so', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api, {
      columns: [
        { id: 'to', title: 'To', type: 'long_text' },
        { id: 'from', title: 'From', type: 'text' },
      ],
    })
    const columns = { to: '{{ message.to }}', from: '{{ message.from.name }} {{ message.from.address }}' }
    await aRecipe(api, board, { conditions: everyMail, actions: [createItemOn(board, { columns, update: '{{ message.body.html }}' })] })

    const ids = new Map<string, string>()
    for (const [name, mail] of oddMails) {
      const usual = {
        subject: 'Odd',
        from: { name: 'A', address: 'a@example.com' },
        body: { contentType: 'html' as const, content: '<p>Text</p>' },
      }
      ids.set(name, (await world.sandbox.graph.deliver(world.camille, { ...usual, ...mail })).id)
    }
    const items = await untilItems(api, board, oddMails.length)
    await world.untilIdle()

    expect(items).toHaveLength(oddMails.length)
    expect(items.map(({ source }) => source?.messageId ?? '').toSorted()).toEqual([...ids.values()].toSorted())
    for (const { name } of items) expect(name.trim().length).toBeGreaterThan(0)
    const long = items.find(({ source }) => source?.messageId === ids.get('five megabytes of HTML'))
    const { items: updates } = await api.call('listUpdates', { params: { id: long!.id } })
    const text = updates.map((update) => update.text).join()
    expect(text).toContain('A line of a very long mail')
    expect(text.length).toBeLessThan(2_000_000)
    expect(text).not.toContain('The end')
    expect(text.slice(-400)).toMatch(/cut|shortened|coupé|abrégé|…/i)
  })
})
