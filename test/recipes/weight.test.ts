import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { weightOf, workOf } from '../../recipes/weight.ts'
import { aCreateItem, aRecipe } from './builders.ts'

const matching = (pattern: string) =>
  weightOf(aRecipe({ conditions: { all: [{ field: 'body', operator: 'matches', values: [pattern] }] }, actions: [aCreateItem()] }))
const mapping = (template: string) => weightOf(aRecipe({ actions: [aCreateItem({ columns: { a: template } })] }))
const ms = (weight: ReturnType<typeof weightOf>, characters: number) => workOf(weight, characters) / 1e6

test.each([
  ['an ordinary recipe on an ordinary mail is little', weightOf(aRecipe()), 8_000, 0, 20],
  ['a short pattern on an ordinary mail is little', matching('invoice ([0-9]+)'), 8_000, 0, 20],
  ['a pattern of thousands of states on a long mail is much', matching('a.{0,900}b.{0,900}z'), 250_000, 1_000, Infinity],
  ['one that repeats a repetition is much', matching('(?:[a-z]{0,30}[0-9]{0,30}){30}'), 250_000, 1_000, Infinity],
  ['a part taken out with many states is much', mapping("{{ message.body.text | extract: '(.{0,900})EUR' }}"), 250_000, 500, Infinity],
  [
    'values that grow with each filter are much',
    mapping(`{{ message.body.text${" | replace: 'a', 'aaaaaaaaaa'".repeat(20)} }}`),
    1_000,
    20,
    Infinity,
  ],
  [
    'what a board shows and grows with each filter is much',
    weightOf(aRecipe({ actions: [aCreateItem({ update: `{{ message.subject${" | replace: 'a', 'aaaaaaaaaa'".repeat(6)} }}` })] })),
    200,
    500,
    Infinity,
  ],
  [
    'thousands of long values are much',
    weightOf(
      aRecipe({
        conditions: {
          all: [{ field: 'body', operator: 'contains', values: Array.from({ length: 60 }, (_, n) => `${n}${'a'.repeat(900)}`) }],
        },
        actions: [aCreateItem()],
      }),
    ),
    250_000,
    1_000,
    Infinity,
  ],
  ['a replacement by nothing is little', mapping("{{ message.subject | replace: 'Re: ', '' }}"), 8_000, 0, 20],
])('%s', (_what, weight, characters, least, most) => {
  expect(ms(weight, characters)).toBeGreaterThanOrEqual(least)
  expect(ms(weight, characters)).toBeLessThan(most)
})

test('a longer mail is never less work, and neither is one more condition', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(1_000_000), fc.stringMatching(/^[a-z.*?]{1,20}$/), (one, other, pattern) => {
      const weight = matching(pattern)
      expect(workOf(weight, Math.max(one, other))).toBeGreaterThanOrEqual(workOf(weight, Math.min(one, other)))
      const plain = weightOf(aRecipe({ conditions: { all: [] }, actions: [aCreateItem()] }))
      expect(workOf(weight, one)).toBeGreaterThanOrEqual(workOf(plain, one))
    }),
  )
})
