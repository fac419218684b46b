// A recipe sees what a person sees: conditions, columns and updates have the same text, and it is what is shown.
import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, createItemOn, itemsOf, activityOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const columns = [{ id: 'text', title: 'Text', type: 'long_text' }]
const update = '<p>Says:</p>{{ message.body.html }}'
const picture = `<img src="data:image/png;base64,${'iVBORw0K'.repeat(262_500)}">`

const hidden = [
  '<div style="display:none">invoice</div><p>Hi</p>',
  '<div style="max-height:0;overflow:hidden;mso-hide:all">invoice &#847;&zwnj;</div><p>Hi</p>',
  '<style>.preheader { display: none !important }</style><span class="preheader">invoice</span><p>Hi</p>',
  '<noscript><xml><o:Name>invoice</o:Name></xml></noscript><p>H&#xFEFF;i</p>',
]
const shown: [html: string, text: string][] = [
  ['<a href="https://pay.example"><img alt="Pay invoice 4711"></a>', 'Pay invoice 4711'],
  ['<table><caption>Invoice 4711</caption>Total<tr><td>42</td></tr></table>', 'Invoice 4711\nTotal\n42'],
  ['in<span style="display:none">x9</span>voice', 'invoice'],
  [`<p>My <b>invoice</b></p>${picture}<p>The end</p>`, 'My invoice\n\nThe end'],
]

describe.each(databases)('on %s', (database) => {
  test('hidden text meets no condition, and what is shown does, however long the markup is', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api, { columns })
    await aRecipe(api, board, {
      conditions: { all: [{ field: 'body', operator: 'contains', values: ['invoice'] }] },
      actions: [createItemOn(board, { columns: { text: '{{ message.body.text }}' }, update })],
    })

    for (const [at, content] of hidden.entries())
      await world.sandbox.graph.deliver(world.camille, aMail({ subject: `Hidden ${at}`, body: { contentType: 'html', content } }))
    for (const [at, [content]] of shown.entries())
      await world.sandbox.graph.deliver(world.camille, aMail({ subject: `Shown ${at}`, body: { contentType: 'html', content } }))

    await untilItems(api, board, shown.length)
    await until(async () => (await activityOf(api)).filter(({ runs }) => runs.length === 0).length >= hidden.length)
    await world.untilIdle()
    const items = await itemsOf(api, board)
    expect(items.map(({ name }) => name).toSorted()).toEqual(shown.map((_, at) => `Shown ${at}`))
    for (const [at, [, text]] of shown.entries()) {
      const item = items.find(({ name }) => name === `Shown ${at}`)
      expect(item?.columns['text']).toBe(text)
      const { items: updates } = await api.call('listUpdates', { params: { id: item!.id } })
      expect(updates.map((one) => one.text)).toEqual([`Says:\n\n${text}`])
      if (text.startsWith('My')) expect(updates[0]?.body).toBe('<p>Says:</p><p>My <b>invoice</b></p><p>The end</p>')
    }
  })
})
