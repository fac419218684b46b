import { expect, test } from '@jest/globals'
import { extract, matches, patternIssue } from '../../recipes/regex.ts'

test.each([
  ['a+b', 'XAAB', true],
  ['^été$', 'ÉTÉ', true],
  ['^été$', 'E\u0301TE\u0301', true],
  ['σ', 'ς', true],
  ['(?-i)a', 'A', false],
  ['n° 12', 'N°\u00a012', true],
  ['^b', 'a\nb', false],
  ['(?m)^b', 'a\nb', true],
])('%s on %j: %s', (pattern, text, matched) => {
  expect(patternIssue(pattern)).toBeNull()
  expect(matches(pattern, text)).toBe(matched)
})

test.each([
  ['', ''],
  ['a', 'A'],
  ['(b)', 'b'],
  ['a(b)?', 'b'],
  ['(x)?a', ''],
  ['(?:a)(?P<letter>b)', 'b'],
  ['zebra', ''],
])('extract %s from Ab', (pattern, found) => {
  const text = pattern === 'a' ? 'AB' : 'ab'
  expect(extract(pattern, text)).toBe(found)
})

test.each(['(', '(?=a)', '(?<!a)b', '(a)\\1', 'a{1001}', '((a{100}){100}){100}', 'x'.repeat(1001), '(a{100}){90}', '[z-a]', '*'])(
  'the pattern %s cannot be used',
  (pattern) => {
    expect(patternIssue(pattern)).toEqual(expect.any(String))
    expect(matches(pattern, 'a')).toBe(false)
    expect(extract(pattern, 'a')).toBe('')
  },
)

test('what would take for ever elsewhere is over at once', () => {
  const started = performance.now()
  expect(matches('(a+)+$', `${'a'.repeat(200_000)}!`)).toBe(false)
  expect(matches('(.*)*z{9}q', 'z'.repeat(200_000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(3000)
})
