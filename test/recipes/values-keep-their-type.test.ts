// A template that is one output hands over the value, not its text.
import { describe, expect, test } from '@jest/globals'
import { type ColumnType, fromText, type Reading } from '../../recipes/column.ts'
import type { Message } from '../../recipes/message.ts'
import { planAction } from '../../recipes/plan.ts'
import { aCreateItem, aMessage } from './builders.ts'

function cell(type: ColumnType, template: string, message: Partial<Message>, reading: Reading = {}) {
  const planned = planAction(aCreateItem({ columns: { it: template } }), aMessage(message))
  if (planned.kind !== 'create-item') throw new Error('another action')
  return fromText(type, planned.columns['it'] ?? '', { ...reading, timeZone: planned.timeZone, value: planned.values?.['it'] })
}

const dubois = { name: 'Dubois, Pierre', address: 'pierre@example.org' }
const nameless = { name: '', address: 'desk@example.org' }
const bob = { name: 'Bob', address: 'bob@example.com' }

describe('people', () => {
  test.each<[string, string, Partial<Message>, string[]]>([
    ['a sender with a comma is one', '{{ message.from.name }}', { from: dubois }, ['Dubois, Pierre']],
    ['so is one with a semicolon', '{{ message.from.name }}', { from: { ...dubois, name: 'Sales; North' } }, ['Sales; North']],
    ['also behind a filter', '{{ message.from.name | strip }}', { from: dubois }, ['Dubois, Pierre']],
    ['recipients are each one', '{{ message.to }}', { to: [dubois, nameless, bob] }, ['Dubois, Pierre', 'desk@example.org', 'Bob']],
    ['copies are each one', '{{ message.cc }}', { cc: [bob, dubois] }, ['Bob', 'Dubois, Pierre']],
    ['a list stays a list', "{{ message.subject | split: ', ' }}", { subject: 'Ann, Bob' }, ['Ann', 'Bob']],
    ['a text that is more than an output is read as a list', 'Ann, {{ message.from.name }}', { from: bob }, ['Ann', 'Bob']],
  ])('%s', (_what, template, message, people) => {
    expect(cell('people', template, message)).toEqual({ value: people })
  })
})

describe('an address', () => {
  test.each<[string, string, Partial<Message>, { email: string; text: string }]>([
    [
      'the first recipient, without a name',
      '{{ message.to }}',
      { to: [nameless, bob] },
      { email: 'desk@example.org', text: 'desk@example.org' },
    ],
    [
      'the first recipient, with a comma in the name',
      '{{ message.to }}',
      { to: [dubois, bob] },
      { email: 'pierre@example.org', text: 'Dubois, Pierre' },
    ],
    [
      'the first that is an address',
      '{{ message.cc }}',
      { cc: [{ name: 'List', address: '' }, bob] },
      { email: 'bob@example.com', text: 'Bob' },
    ],
    ['within more text too', '{{ message.to }} ', { to: [nameless, bob] }, { email: 'desk@example.org', text: 'desk@example.org' }],
  ])('%s', (_what, template, message, value) => {
    expect(cell('email', template, message)).toEqual({ value })
  })
})

describe('a label', () => {
  const labels = ['Broken, urgent', 'Broken', 'Other', 'A; B, C']
  test.each([
    ['Broken, urgent', ['Broken, urgent']],
    ['broken,\u00a0URGENT', ['Broken, urgent']],
    ['Other, Broken, urgent', ['Other', 'Broken, urgent']],
    ['Broken, Other', ['Broken', 'Other']],
    ['a; b, c; Broken', ['A; B, C', 'Broken']],
  ])('%s in a dropdown is %j, written out or from the mail', (text, value) => {
    expect(cell('dropdown', text, {}, { labels })).toEqual({ value })
    expect(cell('dropdown', '{{ message.subject }}', { subject: text }, { labels })).toEqual({ value })
  })

  test('of a status may have a comma, and one that is not known is left out', () => {
    expect(cell('status', '{{ message.subject }}', { subject: 'broken, urgent' }, { labels })).toEqual({ value: 'Broken, urgent' })
    expect(cell('dropdown', 'Broken, late', {}, { labels })).toMatchObject({ code: 'unknown-label' })
    expect(cell('status', 'late', {}, { labels })).toMatchObject({ code: 'unknown-label' })
  })
})

test.each([
  ['\u202a+33 1 23 45 67 89\u202c', '+33 1 23 45 67 89'],
  ['+33\u20111\u201123\u201145', '+33-1-23-45'],
  ['tel:+49-30-1234;ext=5', '+49-30-1234 ext 5'],
  ['+1\u00a0(555)\u00a0010\u20139999', '+1 (555) 010-9999'],
  ['＋８１－３－１２３４', '+81-3-1234'],
  ['٠١٢٣٤٥٦٧', '01234567'],
  ['\u200e01 23 45 67 89\u200f', '01 23 45 67 89'],
])('the phone number %j is %s', (text, value) => {
  expect(cell('phone', '{{ message.subject }}', { subject: text })).toEqual({ value })
})
