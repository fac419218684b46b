// What a sender writes is a value: it is never read as a template, a header, an address or an order to a parser.
import { expect, test } from '@jest/globals'
import { renderTemplate } from '../../recipes/template.ts'
import { scopeOf } from '../../recipes/template-names.ts'
import { aMessage } from '../recipes/builders.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { startWorld } from '../support/world.ts'

const injections = [
  '{{ message.body.text }}',
  '{{constructor}}',
  '{{ message.constructor.constructor }}',
  '{from.address}',
  '{{ "x" | append: message.from.address }}',
  '{% assign x = message %}{{ x }}',
  '{% raw %}{{ message.subject }}{% endraw %}',
  '${process.env.PATH}',
  '#{7*7}',
  '<%= 7*7 %>',
  '{{7*7}}',
  '{{ message.subject | date: "%Y" }}',
  '"}}{{ message.from.address }}{{"',
  '\\u007b\\u007bmessage.subject\\u007d\\u007d',
]

test.each(injections)('a subject %s stays as it is, in text and in HTML', (subject) => {
  const scope = scopeOf(aMessage({ subject, from: { name: 'Ann', address: 'secret@example.org' } }))
  expect(renderTemplate('[{{ message.subject }}]', scope, 'text')).toBe(`[${subject}]`)
  const html = renderTemplate('[{{ message.subject }}]', scope, 'html')
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
  expect(html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)).toBe(`[${subject}]`)
})

test.each([
  '{{ constructor }}',
  '{{ message.constructor }}',
  '{{ message.__proto__ }}',
  '{{ message["constructor"] }}',
  '{{ message.subject.constructor }}',
  '{{ message[message.subject] }}',
  '{% include "x" %}',
  '{% render "/etc/passwd" %}',
  '{{ process.env.HOME }}',
  '{{ (1..100000000) }}',
])('a recipe cannot reach beyond its names by %s', async (name) => {
  const { parseTemplate } = await import('../../recipes/template.ts')
  expect(parseTemplate(name, 'mail')).toHaveProperty('issues')
  expect(renderTemplate(name, scopeOf(aMessage()), 'text')).not.toMatch(/function|native code|root:/)
})

test('templates, headers and SQL in a mail become an item with exactly these words', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api, { columns: [{ id: 'sender', title: 'Sender', type: 'text' }] })
  await aRecipe(api, board, {
    conditions: everyMail,
    actions: [createItemOn(board, { columns: { sender: '{{ message.from.name }}' } })],
  })
  const subjects = [...injections, "'; drop table items; --", '"quotes" \\u0022 {}', '$1 $$ %s %n', 'a b\u202eexe.pdf']
  for (const subject of subjects) {
    await world.sandbox.graph.deliver(world.camille, aMail({ subject, from: { name: subject, address: 'x@supplier.example' } }))
  }
  const items = await untilItems(api, board, subjects.length)
  expect(items.map(({ name }) => name).toSorted()).toEqual([...subjects].toSorted())
  for (const item of items) expect(item.columns['sender']).toBe(item.name)
})

test('a file name with line breaks adds no header to its download, and an address with them no recipient', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, {
    conditions: everyMail,
    actions: [createItemOn(board, { update: 'x', attachments: 'files' })],
  })
  const names = [
    'a\r\nSet-Cookie: pwned=1\r\n\r\n<script>',
    'a"; filename="evil.exe',
    '..\\..\\..\\windows\\evil.dll',
    '../../../etc/passwd',
    "a'%0d%0aX-Evil: 1",
    'été\u0000\u2028\u202egpj.exe',
    `${'x'.repeat(5000)}.pdf`,
    '',
  ]
  await world.sandbox.graph.deliver(
    world.camille,
    aMail({
      subject: 'a@b.example\r\nBcc: victim@example.org',
      attachments: names.map((name) => ({ name, contentType: 'text/html', content: Buffer.from('x') })),
    }),
  )
  const [item] = await untilItems(api, board, 1)
  await world.untilIdle()
  expect(item?.name).not.toMatch(/[\r\n]/)
  const { items } = await api.call('listUpdates', { params: { id: item!.id } })
  const files = items.flatMap((update) => update.files)
  expect(files).toHaveLength(names.length)
  for (const { id, name } of files) {
    expect(Array.from(name).filter((sign) => sign < ' ' || '\x7f/\\"<>:|'.includes(sign))).toEqual([])
    const { url } = await api.call('createTicket', { params: { id } })
    const download = await fetch(new URL(url, world.server.url))
    expect(await download.text()).toBe('x')
    expect(download.headers.get('content-disposition')).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.%~!$&+^`|-]*$/)
    expect(download.headers.get('content-type')).toBe('application/octet-stream')
    expect(download.headers.get('x-evil')).toBeNull()
    expect(download.headers.getSetCookie()).toEqual([])
  }
})

test('a recipe with a dangerous pattern or an object of another kind is refused with its place', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  const board = await aBoard(api)
  for (const name of ['{{ constructor }}', '{{ message.subject | eval }}', '{% if 1 %}x{% endif %}'])
    expect((await api.problemOf('createRecipe', { body: recipeBody(board, { actions: [createItemOn(board, { name })] }) })).code).toBe(
      'invalid-recipe',
    )
  expect(await runsOf(api)).toEqual([])
})
