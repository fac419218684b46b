// Comparison as people read: each kind by its smallest example, by others of its kind, and on both sides.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide } from '../../recipes/decide.ts'
import { fold } from '../../recipes/fold.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import type { Condition } from '../../recipes/conditions/conditions.ts'
import { aMessage, aRecipe, withConditions } from './builders.ts'

const kinds: Record<string, [one: string, other: string][]> = {
  'soft hyphens and zero-width characters within words': [
    ['in\u00advoice', 'invoice'],
    ['in\u200bvo\u200dice', 'invoice'],
    ['in\u2060vo\ufeffice', 'invoice'],
    ['\u200eחשבונית\u200f', 'חשבונית'],
    ['e\u200b\u0301te\u0301', '\u00e9t\u00e9'],
    ['❤\ufe0f', '❤'],
    ['می\u200cخواهم', 'میخواهم'],
  ],
  'quotes of every kind': [
    ['l’offre', "l'offre"],
    ['lʼoffre', 'l`offre'],
    ['l´offre', 'l＇offre'],
    ['«\u00a0urgent\u00a0»', '"urgent"'],
    ['„dringend“', '“dringend”'],
    ['‹ok›', "'ok'"],
    ['צה״ל', 'צה"ל'],
    ['5′ 6″', '5\' 6"'],
  ],
  'hyphens and dashes': [
    ['e\u2011mail', 'e-mail'],
    ['Paris – Lyon', 'Paris - Lyon'],
    ['A—B', 'A-B'],
    ['\u22125', '-5'],
    ['בית\u05beספר', 'בית-ספר'],
    ['Ａ－Ｂ', 'A-B'],
  ],
  'case, folded in full': [
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'straße'],
    ['ΟΔΟΣ', 'οδος'],
    ['ﬁnal', 'FINAL'],
    ['ǅep', 'ǆEP'],
    ['Ꭰꮿ', 'ꭰᏯ'],
    ['ᾳ', 'ΑΙ'],
    ['ΐ', 'ΐ'],
    ['ﬅ', 'ST'],
    ['ŉ', 'ʼN'],
    ['\u212b', 'å'],
    ['Ა', 'ა'],
  ],
  'the letters i of Turkish': [
    ['İPTAL', 'iptal'],
    ['IPTAL', 'iptal'],
    ['ıptal', 'IPTAL'],
    ['i\u0307ptal', 'İPTAL'],
    ['DİYARBAKIR', 'Diyarbakır'],
  ],
  'line breaks and runs of blanks': [
    ['Purchase\r\norder', 'purchase order'],
    ['Purchase \t  order', 'purchase order'],
    ['n°\u00a012', 'n°  12'],
    ['10\u202f000', '10 000'],
    ['発注\u3000書', '発注 書'],
    ['a\u2028b', 'a b'],
    ['a\u0085b', 'a b'],
  ],
  'forms that word processors put in': [
    ['wait…', 'wait...'],
    ['ＩＮＶＯＩＣＥ', 'invoice'],
    ['ｶﾞｽ', 'ガス'],
    ['１２３', '123'],
  ],
}

const holds = (condition: Condition, subject: string) => decide(withConditions({ all: [condition] }), aMessage({ subject })).matches

describe.each(Object.entries(kinds))('%s', (_kind, pairs) => {
  test.each(pairs)('%j is %j, in both directions', (one, other) => {
    for (const [text, value] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(holds({ field: 'subject', operator: 'is', values: [value] }, text)).toBe(true)
      expect(holds({ field: 'subject', operator: 'contains', values: [value] }, `Re: ${text} (1)`)).toBe(true)
      expect(holds({ field: 'subject', operator: 'starts-with', values: [value] }, `${text} (1)`)).toBe(true)
      expect(holds({ field: 'subject', operator: 'ends-with', values: [value] }, `Re: ${text}`)).toBe(true)
      expect(holds({ field: 'subject', operator: 'is-not', values: [value] }, text)).toBe(false)
      expect(holds({ field: 'subject', operator: 'does-not-contain', values: [value] }, text)).toBe(false)
    }
  })
})

test.each([
  ['reçu', 'recu'],
  ['côte', 'cote'],
  ['o', '0'],
  ['m²', 'm2'],
  ['и', 'й'],
  ['コーヒ', 'コーヒー'],
  ['a b', 'ab'],
])('%j is not %j', (one, other) => {
  expect(holds({ field: 'subject', operator: 'is', values: [other] }, one)).toBe(false)
})

test.each(['\u00ad', '\u200b\u200d', '\ufeff', '\u034f'])('a value that nobody sees is a fault: %j', (value) => {
  const body = { ...aRecipe(), conditions: { all: [{ field: 'subject', operator: 'contains', values: [value] }] } }
  expect(parseRecipe(body)).toMatchObject({ issues: [{ pointer: '/conditions/all/0/values/0', code: 'empty-value' }] })
  expect(holds({ field: 'subject', operator: 'contains', values: [value] }, 'Invoice')).toBe(false)
})

/** V8's own tables of simple case folding, character by character, as far as there are characters. */
test('what Unicode folds is folded, for every character', () => {
  const apart = []
  for (let point = 0; point <= 0x1ffff; point += 1) {
    const character = String.fromCodePoint(point)
    if (point >= 0xd800 && point <= 0xdfff) continue
    const forms = [character.toLowerCase(), character.toUpperCase(), character.toUpperCase().toLowerCase()]
    if (forms.some((form) => fold(form) !== fold(character))) apart.push(character)
  }
  expect(apart).toEqual([])
})

test('folding has an end, and loses nothing where texts are put together', () => {
  const words = fc.array(fc.constantFrom(...Object.values(kinds).flat(2), ' ', 'x'), { maxLength: 8 })
  fc.assert(
    fc.property(words, words, (before, after) => {
      const whole = fold(`${before.join(' ')} x ${after.join(' ')}`)
      expect(fold(whole)).toBe(whole)
      expect(whole).toContain(fold(`${before.join(' ')} x`).trim())
    }),
  )
})
