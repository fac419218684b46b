// Markup that a sender puts wherever text can stand: what the API gives out is text, or HTML in which nothing runs or loads.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { safeBody } from '../../server/html/safe-html.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, runsOf, untilItems } from '../support/builders.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { payloads } from './corpus.ts'

const harmlessTags = /^(a|abbr|b|blockquote|br|caption|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|ins|li|ol|p|pre|s|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul)$/ // prettier-ignore
const harmlessAttributes = new Set(['href', 'rel', 'target', 'colspan', 'rowspan', 'start'])

function faultsIn(html: string): string[] {
  const faults: string[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!harmlessTags.test(name)) faults.push(`<${name}>`)
      for (const [attribute, value] of Object.entries(attributes)) {
        if (!harmlessAttributes.has(attribute)) faults.push(`${name} ${attribute}`)
        if (attribute === 'href' && !/^(https?:\/\/|mailto:)/i.test(value)) faults.push(`href ${value}`)
      }
    },
    oncomment: (text) => faults.push(`<!--${text}`),
    onprocessinginstruction: (name) => faults.push(name),
  })
  parser.write(html)
  parser.end()
  return faults
}

test('the corpus holds more than sixty payloads, no two the same', () => {
  expect(new Set(payloads).size).toBe(payloads.length)
  expect(payloads.length).toBeGreaterThanOrEqual(60)
})

test.each(payloads)('%s comes out harmless, and cleaning it again changes nothing', (payload) => {
  for (const html of [payload, `<p>before</p>${payload}<p>after</p>`, `<table><tr><td>${payload}`, `<a href="${payload}">x</a>`]) {
    const clean = safeBody(html).html
    expect([clean, faultsIn(clean)]).toEqual([clean, []])
    expect(safeBody(clean).html).toBe(clean)
  }
})

test('payloads cut up and put together anew come out harmless too, and settled after one cleaning', () => {
  const piece = fc.oneof(
    fc.constantFrom(...payloads),
    fc.tuple(fc.constantFrom(...payloads), fc.nat(60), fc.nat(60)).map(([payload, from, length]) => payload.slice(from, from + length)),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const clean = safeBody(pieces.join('')).html
      expect(faultsIn(clean)).toEqual([])
      expect(safeBody(clean).html).toBe(clean)
    }),
    { numRuns: 500 },
  )
})

test('in subject, sender, body, file name, board and group the whole corpus comes out harmless over the API', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const label = payloads[0] ?? ''
  const board = await aBoard(api, {
    name: label,
    groups: [{ id: 'g', title: label }],
    columns: [
      { id: 'sender', title: label, type: 'text' },
      { id: 'state', title: 'State', type: 'status', labels: [label] },
    ],
  })
  expect(board.name).toBe(label)
  await aRecipe(api, board, {
    name: label,
    conditions: everyMail,
    actions: [
      createItemOn(board, {
        columns: { sender: '{{ message.from.name }}' },
        update: '<p>{{ message.subject }} {{ message.from.name }}</p>{{ message.body.html }}',
        attachments: 'files',
      }),
    ],
  })
  for (const payload of payloads) {
    await world.sandbox.graph.deliver(
      world.camille,
      aMail({
        subject: payload,
        from: { name: payload, address: 'x@supplier.example' },
        body: { contentType: 'html', content: `<p>hello</p>${payload}` },
        attachments: [{ name: payload, contentType: 'text/html', content: Buffer.from(payload) }],
      }),
    )
  }
  const items = await untilItems(api, board, payloads.length)
  await until(async () => (await runsOf(api)).filter(({ outcome }) => outcome === 'done').length >= payloads.length)
  // Names are text, kept as the sender wrote them: whoever shows them shows text.
  expect(items.some(({ name }) => name.includes('<script>pwned()</script>'))).toBe(true)
  for (const item of items) {
    const reply = await api.request('GET', `/api/items/${item.id}/updates`)
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/)
    const { items: updates } = await api.call('listUpdates', { params: { id: item.id } })
    expect(updates).toHaveLength(1)
    for (const { body, files } of updates) {
      expect([body, faultsIn(body)]).toEqual([body, []])
      expect(safeBody(body).html).toBe(body)
      for (const { name } of files) expect(name).not.toMatch(/[<>"\\/:|]/)
    }
  }
})
