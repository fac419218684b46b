import { describe, expect, test } from '@jest/globals'
import type { BoardColumn } from '../../../../contract/board.ts'
import { boardFrom } from '../../../../server/boards/monday/board-shape.ts'
import { countryOf } from '../../../../server/boards/monday/calling-codes.ts'
import { addressesIn, columnValuesFrom } from '../../../../server/boards/monday/column-values.ts'

const column = (type: BoardColumn['type'], more: Partial<BoardColumn> = {}): BoardColumn => ({ id: 'c', title: 'C', type, ...more })
const labels = ['Working on it', 'Done', '2']

describe('a text becomes what the column takes', () => {
  test.each<[BoardColumn, string, unknown]>([
    [column('text'), 'abc', 'abc'],
    [column('long_text'), 'abc', { text: 'abc' }],
    [column('status', { labels }), 'done', { label: 'Done' }],
    [column('status', { labels }), '2', { label: '2' }],
    [column('status'), 'Anything', { label: 'Anything' }],
    [column('dropdown', { labels }), 'Done, 2', { labels: ['Done', '2'] }],
    [column('date'), '2026-11-23', { date: '2026-11-23' }],
    [column('email'), 'Ann Lee <ann@b.example>', { email: 'ann@b.example', text: 'Ann Lee' }],
    [column('link'), 'https://a.example Open', { url: 'https://a.example', text: 'Open' }],
    [column('phone'), '+33 6 12 34 56 78', { phone: '+33 6 12 34 56 78', countryShortName: 'FR' }],
    [column('numbers'), '1234.5', '1234.5'],
    [column('numbers'), '0.0000001', '0.0000001'],
    [column('checkbox'), 'yes', { checked: 'true' }],
  ])('%j: %s', (of, text, value) => {
    expect(columnValuesFrom([of], { columns: { c: text } })).toEqual({ values: { c: value }, leftOut: [] })
  })

  test.each<[BoardColumn, string]>([
    [column('text'), ''],
    [column('date'), ' '],
    [column('checkbox'), 'no'],
  ])('%j: %j is an empty cell', (of, text) => {
    expect(columnValuesFrom([of], { columns: { c: text } })).toEqual({ values: {}, leftOut: [] })
  })

  test.each<[BoardColumn, string, string]>([
    [column('status', { labels }), 'Nowhere', 'unknown-label'],
    [column('date'), 'soon', 'no-date'],
    [column('numbers'), '1.000', 'number-in-two-ways'],
    [column('email'), 'Ann', 'no-email'],
    [column('link'), 'javascript:alert(1)', 'no-link'],
    [column('phone'), '06 12 34 56 78', 'no-country'],
    [column('phone'), 'call me', 'no-phone'],
    [column('long_text'), 'x'.repeat(2001), 'too-long'],
    [column('people'), 'Ann', 'no-email'],
    [column('people'), 'bob@b.example', 'unknown-person'],
  ])('%j: %s is left out: %s', (of, text, code) => {
    const users = new Map([['ann@b.example', '7']])
    expect(columnValuesFrom([of], { columns: { c: text } }, users)).toEqual({ values: {}, leftOut: [{ part: 'columns.c', code }] })
  })

  test('a column that is not there is named', () => {
    expect(columnValuesFrom([], { columns: { other: 'x' } })).toMatchObject({ values: {}, gone: 'other' })
  })
})

describe('people', () => {
  const people = [column('people')]
  const users = new Map([['ann@b.example', '7'], ['bob@b.example', '8']]) // prettier-ignore
  const addresses = [{ name: 'Ann, of B', address: 'Ann@B.example' }, { name: 'Eve', address: 'eve@e.example' }] // prettier-ignore

  test('are looked up by their addresses, whatever the template was made of', () => {
    expect(addressesIn(people, { columns: { c: 'Ann <ann@b.example>; bob@b.example, Eve' } })).toEqual(['ann@b.example', 'bob@b.example'])
    expect(addressesIn(people, { columns: { c: 'Ann, of B, Eve' }, values: { c: { addresses } } })).toEqual([
      'ann@b.example',
      'eve@e.example',
    ])
    expect(addressesIn([column('text')], { columns: { c: 'ann@b.example' } })).toEqual([])
  })

  test('those who are found are written, and the others said', () => {
    const given = { columns: { c: 'Ann, of B, Eve' }, values: { c: { addresses } } }
    expect(columnValuesFrom(people, given, users)).toEqual({
      values: { c: { personsAndTeams: [{ id: 7, kind: 'person' }] } },
      leftOut: [{ part: 'columns.c', code: 'unknown-person' }],
    })
    // Before they are looked up nobody is missing.
    expect(columnValuesFrom(people, given)).toEqual({ values: {}, leftOut: [] })
  })
})

test('an item takes 64 KB: the longest texts are left out', () => {
  const columns = Array.from({ length: 40 }, (_each, at) => column('text', { id: `c${at}` }))
  const texts = Object.fromEntries(columns.map(({ id }, at) => [id, '€'.repeat(at === 3 ? 100 : 2000)]))
  const { values, leftOut } = columnValuesFrom(columns, { columns: texts })
  expect(Buffer.byteLength(JSON.stringify(values))).toBeLessThan(64 * 1024)
  expect([Object.keys(values).length, 'c3' in values]).toEqual([40 - leftOut.length, true])
  expect(new Set(leftOut.map(({ code }) => code))).toEqual(new Set(['no-room']))
})

test.each([
  ['+33 6 12 34 56 78', 'FR'],
  ['+1 (555) 123-4567', 'US'],
  ['+352 27 00 00', 'LU'],
  ['+7 495 123 45 67', 'RU'],
  ['0033 6 12', undefined],
  ['06 12 34 56 78', undefined],
])('the country of %s is %s', (phone, country) => expect(countryOf(phone)).toBe(country))

test('a board as a recipe sees it: columns that are written, labels that are on, groups that are there', () => {
  const settings = { labels: [{ id: 0, label: 'New', index: 0 }, { id: 1, label: 'Old', is_deactivated: true }, { id: 2, label: '' }] } // prettier-ignore
  const answered = {
    id: '1',
    name: 'Support',
    groups: [
      { id: 'a', title: 'A', archived: false },
      { id: 'b', title: 'B', archived: true },
    ],
    columns: [
      { id: 'name', title: 'Name', type: 'name', archived: false, settings: {} },
      { id: 'status', title: 'Status', type: 'status', archived: false, settings },
      { id: 'kind', title: 'Kind', type: 'dropdown', archived: false, settings: JSON.stringify(settings) },
      { id: 'gone', title: 'Gone', type: 'text', archived: true, settings: {} },
      { id: 'formula', title: 'Formula', type: 'formula', archived: false, settings: {} },
      { id: 'mailboard_ref_1', title: 'Mailboard ref', type: 'text', archived: false, settings: {} },
    ],
  }
  expect(boardFrom(answered)).toEqual({
    boardId: '1',
    name: 'Support',
    groups: [{ id: 'a', title: 'A' }],
    columns: [
      { id: 'status', title: 'Status', type: 'status', labels: ['New'] },
      { id: 'kind', title: 'Kind', type: 'dropdown', labels: ['New'] },
    ],
    marker: 'mailboard_ref_1',
  })
})
