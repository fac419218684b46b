import { expect, test } from '@jest/globals'
import { fieldsNeeded } from '../../recipes/fields.ts'
import type { Message } from '../../recipes/message.ts'
import { planAction, planActions } from '../../recipes/plan.ts'
import type { Action } from '../../recipes/actions/actions.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { aBoard, aCreateItem, aMessage, aRecipe, withAction, withConditions } from './builders.ts'

test('an item is planned as it would be created', () => {
  const action = aCreateItem({
    group: 'g1',
    columns: { amount: " {{ message.body.text | extract: 'Total: ([0-9.]+)' }} ", who: '{{ message.from.name }}' },
    update: '<p>{{ message.subject }}</p>{{ message.body.html }}',
    attachments: 'files',
  })
  expect(planActions(withAction(action), aMessage({ subject: 'A & B' }))).toEqual([
    {
      kind: 'create-item',
      board: aBoard,
      group: 'g1',
      name: 'A & B',
      columns: { amount: '12.50', who: 'Ann Lee' },
      update: { html: '<p>A &amp; B</p><p>Total: 12.50</p>' },
      attachments: 'files',
      cut: [],
      leftOut: [],
      timeZone: 'UTC',
    },
  ])
})

test('what is left out is planned as none', () => {
  expect(planAction(aCreateItem(), aMessage())).toEqual({
    kind: 'create-item',
    board: aBoard,
    name: 'Invoice 42',
    columns: {},
    attachments: 'none',
    cut: [],
    leftOut: [],
    timeZone: 'UTC',
  })
})

test('an update is planned, with what is created otherwise', () => {
  const action: Action = {
    kind: 'add-update',
    board: aBoard,
    body: '{{ message.body.text }}',
    find: { by: 'conversation' },
    otherwise: { create: { board: aBoard, name: '{{ message.subject }}' } },
  }
  expect(planAction(action, aMessage({ body: { text: '1 < 2\n', html: '' } }))).toEqual({
    kind: 'add-update',
    board: aBoard,
    find: { by: 'conversation', conversationId: 'conversation-1' },
    body: { html: '1 &lt; 2<br>' },
    otherwise: { create: { board: aBoard, name: 'Invoice 42', columns: {}, attachments: 'none' } },
    attachments: 'none',
    cut: [],
    leftOut: [],
    timeZone: 'UTC',
  })
})

test('columns to set, and a mail to send', () => {
  const find = { by: 'column', column: 'mail', value: ' {{ message.from.address }} ' } as const
  expect(planAction({ kind: 'set-columns', find, columns: { a: '{{ message.subject }}' } }, aMessage())).toEqual({
    kind: 'set-columns',
    find: { by: 'column', column: 'mail', value: 'ann@example.org' },
    columns: { a: 'Invoice 42' },
    cut: [],
    leftOut: [],
    timeZone: 'UTC',
  })
  const mail: Action = {
    kind: 'send-mail',
    to: ['{{ message.from.address }}'],
    subject: 'Re: {{ message.subject }}',
    body: 'Hi {{ message.from.name }}',
  }
  expect(planAction(mail, aMessage({ subject: 'a\r\nBcc: x@y.z', from: { name: '<b>', address: 'a@b.c' } }))).toEqual({
    kind: 'send-mail',
    to: ['a@b.c'],
    cc: [],
    subject: 'Re: a Bcc: x@y.z',
    body: { html: 'Hi &lt;b&gt;' },
    inReply: false,
    files: false,
    cut: [],
    leftOut: [],
    timeZone: 'UTC',
  })
})

test.each<[what: string, message: Partial<Message>, name: string, cut: string[]]>([
  ['no subject', { subject: '' }, '(no subject)', []],
  ['a subject of blanks', { subject: ' \u00a0\r\n\t' }, '(no subject)', []],
  ['two lines', { subject: ' a\r\n  b\u2028c\u0000d ' }, 'a b c d', []],
  ['255 characters', { subject: 'x'.repeat(255) }, 'x'.repeat(255), []],
  ['256 characters', { subject: 'x'.repeat(256) }, 'x'.repeat(255), ['name']],
  ['a pair at the edge', { subject: `${'x'.repeat(254)}😀` }, 'x'.repeat(254), ['name']],
  ['half a pair', { subject: 'a\ud83d' }, 'a\ufffd', []],
  ['a body that was cut before', { cut: ['body'] }, 'Invoice 42', ['body']],
])('a name of %s', (_, message, name, cut) => {
  expect(planAction(aCreateItem(), aMessage(message))).toMatchObject({ name, cut })
})

test('a column that is too long is cut, and said to be', () => {
  const action = aCreateItem({ columns: { a: '{{ message.body.text }}', b: 'short' } })
  const body = { text: 'x'.repeat(3000), html: '' }
  expect(planAction(action, aMessage({ body }))).toMatchObject({ columns: { a: 'x'.repeat(2000), b: 'short' }, cut: ['columns.a'] })
})

test('a mail of nothing is planned all the same', () => {
  const nothing = aMessage({ subject: '', from: null, sender: null, to: [], body: { text: '', html: '' } })
  const action = aCreateItem({
    columns: { from: '{{ message.from.name }}{{ message.from.address }}', to: '{{ message.to }}' },
    update: '{{ message.body.html }}',
  })
  expect(planAction(action, nothing)).toMatchObject({ name: '(no subject)', columns: { from: '', to: '' }, update: { html: '' }, cut: [] })
})

test('5 MB of HTML and 200 recipients are planned in time', () => {
  const to = Array.from({ length: 200 }, (_, index) => ({ name: `Person ${index}`, address: `p${index}@example.org` }))
  const action = aCreateItem({
    columns: { to: '{{ message.to }}', total: "{{ message.body.html | extract: 'Total: ([0-9]+)' }}" },
    update: '{{ message.body.html }}',
  })
  const planned = planAction(action, aMessage({ to, body: { text: '', html: '<p>x</p>'.repeat(640_000) } }))
  expect(planned.cut).toEqual(expect.arrayContaining(['columns.to', 'update']))
})

test.each<[what: string, recipe: RecipeBody, needed: string[]]>([
  ['of a plain item', withAction(aCreateItem({ name: 'x' })), ['conversationId']],
  [
    'named in templates',
    withAction(aCreateItem({ update: '{{ message.body.html | append: message.from.name }}' })),
    ['body', 'conversationId', 'from', 'subject'],
  ],
  [
    'of a condition',
    withConditions({ field: 'subjectOrBody', operator: 'contains', values: ['x'] }),
    ['body', 'conversationId', 'subject'],
  ],
  [
    'of a nested condition',
    withConditions({ any: [{ none: [{ field: 'isAutomaticReply', operator: 'is', values: [true] }] }] }),
    ['conversationId', 'headers', 'messageClass', 'subject'],
  ],
  ['of sizes', withConditions({ field: 'size', operator: 'at-least', values: [1] }), ['conversationId', 'size', 'subject']],
  ['of files', withAction(aCreateItem({ name: 'x', attachments: 'files' })), ['attachments', 'conversationId']],
  ['of a mail to send', withAction({ kind: 'send-mail', to: ['{{ message.from.address }}'], subject: 'x', body: 'x' }), ['from']],
])('only what is needed is read: %s', (_, recipe, needed) => {
  expect([...fieldsNeeded([recipe])].toSorted()).toEqual(needed)
})

test('what a recipe needs is worked out once, for each recipe by itself', () => {
  let reads = 0
  const { conditions, actions } = withConditions({ field: 'cc', operator: 'is', values: ['x'] })
  const recipe = {
    actions,
    get conditions() {
      reads += 1
      return conditions
    },
  }
  for (let at = 0; at < 3; at += 1) expect(fieldsNeeded([aRecipe(), recipe])).toEqual(new Set(['subject', 'conversationId', 'cc']))
  expect(reads).toBe(1)
  expect(fieldsNeeded([aRecipe()])).toEqual(new Set(['subject', 'conversationId']))
})

test('no recipe needs nothing', () => {
  expect(fieldsNeeded([])).toEqual(new Set())
  expect(fieldsNeeded([aRecipe(), withConditions({ field: 'cc', operator: 'is', values: ['x'] })])).toEqual(
    new Set(['subject', 'conversationId', 'cc']),
  )
})
