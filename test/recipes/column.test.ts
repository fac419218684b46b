import { expect, test } from '@jest/globals'
import { columnTypeNames, fromText, render, validate, type ColumnType, type ColumnValue } from '../../recipes/column.ts'

const labels = ['To do', 'Terminé', 'Red']

const valid: [type: ColumnType, value: unknown, stored: ColumnValue][] = [
  ['text', 'a', 'a'],
  ['text', '', null],
  ['long_text', 'a\nb', 'a\nb'],
  ['status', 'terminé', 'Terminé'],
  ['date', '2028-02-29', '2028-02-29'],
  ['email', { email: 'a@b.c', text: 'A' }, { email: 'a@b.c', text: 'A' }],
  ['email', 'a@b.c', { email: 'a@b.c', text: 'a@b.c' }],
  ['people', ['Ann', 'Bob'], ['Ann', 'Bob']],
  ['link', { url: 'https://x.example', text: 'X' }, { url: 'https://x.example', text: 'X' }],
  ['link', 'https://x.example', { url: 'https://x.example', text: 'https://x.example' }],
  ['numbers', -1.5, -1.5],
  ['numbers', 0, 0],
  ['checkbox', false, false],
  ['dropdown', ['red', 'RED', 'to do'], ['Red', 'To do']],
  ['phone', '+33 (0)1.23-45', '+33 (0)1.23-45'],
]

test.each(valid)('a %s takes %j', (type, value, stored) => {
  expect(validate(type, value, type === 'status' || type === 'dropdown' ? labels : undefined)).toEqual({ value: stored })
})

test.each(columnTypeNames)('null empties a %s', (type) => {
  expect(validate(type, null)).toEqual({ value: null })
  expect(fromText(type, ' \n')).toEqual({ value: null })
  expect(render(type, null, 'en')).toBe('')
})

const invalid: [type: ColumnType, value: unknown][] = [
  ['text', 5],
  ['text', 'x'.repeat(2001)],
  ['long_text', 'x'.repeat(100_001)],
  ['status', 'Blue'],
  ['status', ['Red']],
  ['date', '2026-02-29'],
  ['date', '2026-13-01'],
  ['date', '31/01/2026'],
  ['date', 20260131],
  ['email', 'nobody'],
  ['email', { email: 'a b@c', text: '' }],
  ['email', { email: 'a@b.c' }],
  ['people', 'Ann'],
  ['people', [1]],
  ['link', { url: 'javascript:alert(1)', text: '' }],
  ['link', { url: '//x.example', text: '' }],
  ['link', 'x.example'],
  ['numbers', '1'],
  ['numbers', Number.NaN],
  ['numbers', Number.POSITIVE_INFINITY],
  ['checkbox', 'true'],
  ['dropdown', ['Red', 'Blue']],
  ['phone', 'call me'],
  ['text', undefined],
  ['link', []],
]

test.each(invalid)('a %s refuses %j', (type, value) => {
  expect(validate(type, value, type === 'status' || type === 'dropdown' ? labels : undefined)).toEqual({
    issue: expect.stringMatching(/^This column takes .+\.$/),
  })
})

const readable: [type: ColumnType, text: string, stored: ColumnValue][] = [
  ['text', ' a ', ' a '],
  ['status', ' red\n', 'Red'],
  ['dropdown', 'red, to do; Red', ['Red', 'To do']],
  ['people', 'Ann Lee, Bob', ['Ann Lee', 'Bob']],
  ['date', '2026-01-31', '2026-01-31'],
  ['date', '2026-01-31T23:59:59.123Z', '2026-01-31'],
  ['date', '2026-01-31 10:00', '2026-01-31'],
  ['date', '31/01/2026', '2026-01-31'],
  ['date', '01/31/2026', '2026-01-31'],
  ['date', '3.4.2026', '2026-04-03'],
  ['date', '05/05/2026', '2026-05-05'],
  ['numbers', '12.50', 12.5],
  ['numbers', '1234,56', 1234.56],
  ['numbers', '1 234,56 €', 1234.56],
  ['numbers', '1\u202f234,56\u00a0€', 1234.56],
  ['numbers', '$1,234.56', 1234.56],
  ['numbers', '1.234,56', 1234.56],
  ['numbers', '0,125', 0.125],
  ['numbers', '1.234.567', 1234567],
  ['numbers', '1,234,567.8', 1234567.8],
  ['numbers', 'EUR 12', 12],
  ['numbers', '12 EUR', 12],
  ['numbers', '-5', -5],
  ['numbers', '−5', -5],
  ['numbers', '(12.00)', -12],
  ['numbers', '-$5', -5],
  ['numbers', '15 %', 15],
  ['numbers', '.5', 0.5],
  ['checkbox', 'Oui', true],
  ['checkbox', 'no', false],
  ['email', 'Ann Lee <ann@example.org>, b@c.d', { email: 'ann@example.org', text: 'Ann Lee' }],
  ['email', 'ann@example.org', { email: 'ann@example.org', text: 'ann@example.org' }],
  ['link', 'https://x.example/a The page', { url: 'https://x.example/a', text: 'The page' }],
  ['phone', ' 01 23 45 67 89 ', '01 23 45 67 89'],
]

test.each(readable)('a %s reads %j', (type, text, stored) => {
  expect(fromText(type, text, { labels: type === 'status' || type === 'dropdown' ? labels : undefined })).toEqual({ value: stored })
})

const unreadable: [type: ColumnType, text: string][] = [
  ['date', '03/04/2026'],
  ['date', '32.01.2026'],
  ['date', 'tomorrow'],
  ['date', '2026-02-30'],
  ['numbers', 'many'],
  ['numbers', '1.2.3'],
  ['numbers', '1,234'],
  ['numbers', '-1.000'],
  ['numbers', '1,23,4.5'],
  ['numbers', '12 apples'],
  ['numbers', '1.2,3.4'],
  ['checkbox', 'maybe'],
  ['status', 'Blue'],
  ['dropdown', 'Red, Blue'],
  ['email', 'nobody'],
  ['link', 'javascript:alert(1)'],
  ['phone', 'call me'],
]

test.each(unreadable)('a %s does not guess %j', (type, text) => {
  expect(fromText(type, text, { labels: type === 'status' || type === 'dropdown' ? labels : undefined })).toHaveProperty('issue')
})

const shown: [type: ColumnType, value: ColumnValue, en: string, fr: string][] = [
  ['text', 'a', 'a', 'a'],
  ['date', '2026-01-31', 'Jan 31, 2026', '31 janv. 2026'],
  ['numbers', 1234.5, '1,234.5', '1\u202f234,5'],
  ['checkbox', true, 'yes', 'oui'],
  ['checkbox', false, 'no', 'non'],
  ['email', { email: 'a@b.c', text: '' }, 'a@b.c', 'a@b.c'],
  ['link', { url: 'https://x.example', text: 'X' }, 'X', 'X'],
  ['dropdown', ['Red', 'Blue'], 'Red, Blue', 'Red, Blue'],
  ['numbers', 'not a number', '', ''],
]

test.each(shown)('a %s shows %j', (type, value, en, fr) => {
  expect([render(type, value, 'en'), render(type, value, 'fr')]).toEqual([en, fr])
})
