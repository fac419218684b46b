// \w and \b in patterns know the letters of every script; where a \b cannot, the recipe is warned.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { recipeWarnings } from '../../recipes/warnings.ts'
import { extract, matches } from '../../recipes/regex.ts'
import { wordPattern } from '../../recipes/word-pattern.ts'
import { aCreateItem, aRecipe } from './builders.ts'

describe('a word is found as one', () => {
  test.each([
    ['\\bété\\b', 'un été chaud', 'été'],
    ['\\bété\\b', "l'été", 'été'],
    ['\\bпривет\\b', 'о, привет!', 'привет'],
    ['\\b納品\\b', '（納品）', '納品'],
    ['\\bשלום\\b', 'שלום.', 'שלום'],
    ['\\b(?:été|hiver)\\b', 'en hiver', 'hiver'],
    ['\\bfoo\\b|\\bbär\\b', 'xfoo bär', 'bär'],
    ['foo\\b \\bbar', 'foo bar', 'foo bar'],
    ['\\bFA-\\d+\\b', 'n° FA-12.', 'FA-12'],
    ['Total: \\b(\\d+)\\b', 'Total: 12', '12'],
    ['(?i)\\bÉté\\b', 'ÉTÉ', 'ÉTÉ'],
    ['\\w+', 'Müller-Lüd', 'Müller'],
    ['[\\w-]+', 'été-là !', 'été-là'],
    ['\\W+', 'été, là', ', '],
    ['^\\w+$', 'हिन्दी', 'हिन्दी'],
    ['\\b\\w+\\b', '«été»', 'été'],
  ])('%s in %s', (pattern, text, found) => {
    expect([matches(pattern, text), extract(pattern, text)]).toEqual([true, found])
    expect(wordPattern(pattern).ascii).toBeNull()
  })

  test.each([
    ['\\bcaf\\b', 'café'],
    ['\\bas\\b', 'pâas'],
    ['\\bFA-\\d+\\b', 'FA-12é'],
    ['\\b[A-Z]{2}\\d+\\b', 'ÉAB12'],
    ['^\\w+$', 'deux mots'],
    ['\\W', 'été'],
  ])('%s is not in %s', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false)
  })
})

test('where everything is ASCII, words are what they were', () => {
  const part = fc.constantFrom('\\b', '\\w', '\\W', 'a', ' ', '-', '\\d', '(?:a|b1)', '[\\w.]', '|', '\\s', 'a+', ' ?', '_')
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', '-', '.', '_'), maxLength: 8 })
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), text, (parts, subject) => {
      const pattern = parts.join('')
      expect([pattern, matches(pattern, subject)]).toEqual([pattern, new RegExp(pattern).test(subject)])
    }),
    { numRuns: 2000 },
  )
})

test.each(['(\\bété)', '\\bété.*\\bété\\b', '\\B', '[\\W.]+', '\\bé?t'])(
  'the recipe is warned of %s, in conditions and in templates',
  (pattern) => {
    const quoted = `{{ message.subject | extract: '${pattern}' }}`
    const recipe = aRecipe({
      conditions: { all: [{ any: [{ field: 'subject', operator: 'matches', values: ['\\bété\\b', pattern] }] }] },
      actions: [aCreateItem({ name: quoted })],
    })
    expect(recipeWarnings(recipe, () => undefined)).toMatchObject([
      { pointer: '/conditions/all/0/any/0/values/1', code: 'ascii-word' },
      { pointer: '/actions/0/name', code: 'ascii-word' },
    ])
  },
)
