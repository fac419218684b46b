// What a recipe can cost by itself, whatever the mail: literals that filters grow, labels full of separators, wide ranges, dates.
import { expect, test } from '@jest/globals'
import { labelsFromText } from '../../recipes/labels.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import { patternIssue } from '../../recipes/regex.ts'
import { weightOf, workOf } from '../../recipes/weight.ts'
import { littleNs } from '../../server/content/content.ts'
import { costInWalks } from '../support/processor-time.ts'
import { aRecipe as recipeOf } from './builders.ts'

const grown = (pattern: string) => `{{ '${'ab'.repeat(120)}z' | replace: 'a', '${'ab'.repeat(150)}' | extract: '${pattern}' }}`
const named = (name: string) =>
  recipeOf({ actions: [{ kind: 'create-item', board: { target: 'built-in', id: 'b' }, name, columns: {}, attachments: 'none' }] })

test.each(['(.{0,900})z$', '(a?b?){400}z', '(?:(?:a|b)(?:a|b)?){300}z'])(
  'a template that grows its own text and looks for %s in it is saved quickly',
  async (pattern) => {
    expect(await costInWalks(4, () => void parseRecipe(named(grown(pattern))))).toBeLessThan(20)
  },
)

test('a template that grows its own text is no little work, however short the mail is', () => {
  const parsed = parseRecipe(named(grown('(.{0,150})z$')))
  if (!('recipe' in parsed)) throw new Error(JSON.stringify(parsed))
  expect(workOf(weightOf(parsed.recipe), 100)).toBeGreaterThan(littleNs)
})

test('many dates in many zones are no little work', () => {
  const dates = Array.from({ length: 20 }, () => `{{ message.receivedAt | date: '%U', 'Asia/Tokyo' }}`).join('')
  const parsed = parseRecipe(named(dates))
  if (!('recipe' in parsed)) throw new Error(JSON.stringify(parsed))
  expect(workOf(weightOf(parsed.recipe), 100)).toBeGreaterThan(littleNs)
})

test.each([
  [','.repeat(2000), 'a,'.repeat(20)],
  ['a,'.repeat(12_000), `${'a,'.repeat(19)}b`],
  ['a;b,'.repeat(6_000), 'a;b,'.repeat(9)],
])('labels full of separators are looked for in bounded time', async (text, label) => {
  expect(await costInWalks(4, () => void labelsFromText(text, [label, 'other']))).toBeLessThan(5)
})

test.each(['[A-\uffff]', '[a-\uffff]', '[\u0100-\uffff]', '[a-\u{10ffff}]', '[a-\\x{10ffff}]'])(
  'a pattern of many ranges such as %s is refused before it is compiled',
  (range) => {
    expect(patternIssue(range.repeat(Math.floor(990 / range.length)))).toBe('The patterns of this recipe are too large in total.')
    expect(patternIssue(range)).toBeNull()
  },
)
