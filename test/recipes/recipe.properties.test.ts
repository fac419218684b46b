import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fields } from '../../recipes/conditions/fields.ts'
import { operatorsOf } from '../../recipes/conditions/operators.ts'
import { columnTypeNames, fromText, render, validate } from '../../recipes/column.ts'
import { decide } from '../../recipes/decide.ts'
import { describe as describeRecipe } from '../../recipes/describe.ts'
import { explain } from '../../recipes/explain.ts'
import { fieldsNeeded } from '../../recipes/fields.ts'
import { fold } from '../../recipes/fold.ts'
import type { Message } from '../../recipes/message.ts'
import { renderLimits } from '../../recipes/limits.ts'
import { planActions } from '../../recipes/plan.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import type { Condition, FieldOf } from '../../recipes/conditions/conditions.ts'
import type { ConditionGroup, ConditionNode } from '../../recipes/group.ts'
import { extract, matches, patternIssue } from '../../recipes/regex.ts'
import { parseTemplate, renderTemplate } from '../../recipes/template.ts'
import { scopeOf } from '../../recipes/template-names.ts'
import { aCreateItem, aMessage, aRecipe, fieldsOf } from './builders.ts'

const text = fc.string({ unit: 'binary', maxLength: 40 })
const address = fc.record({ name: text, address: text })

const message: fc.Arbitrary<Message> = fc
  .record({
    subject: text,
    from: fc.option(address),
    sender: fc.option(address),
    to: fc.array(address, { maxLength: 3 }),
    cc: fc.array(address, { maxLength: 3 }),
    body: fc.record({ text, html: text }),
    importance: fc.constantFrom(...fields.importance.choices),
    sensitivity: fc.constantFrom(...fields.sensitivity.choices),
    messageClass: text,
    size: fc.option(fc.nat()),
    categories: fc.array(text, { maxLength: 3 }),
    headers: fc.array(fc.record({ name: text, value: text }), { maxLength: 3 }),
    hasAttachments: fc.boolean(),
    owner: fc.record({ addresses: fc.array(text, { maxLength: 2 }) }),
  })
  .map((overrides) => aMessage(overrides))

// What is read as nothing is no value to look for.
const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }).filter((written) => fold(written) !== '')
const values = fc.array(value, { minLength: 1, maxLength: 3 })
const plainOperator = fc.constantFrom('contains', 'does-not-contain', 'is', 'is-not', 'starts-with', 'ends-with')

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: fc.constantFrom(...fieldsOf('text')), operator: plainOperator, values }),
  fc.record({
    field: fc.constantFrom(...fieldsOf('address')),
    operator: fc.oneof(plainOperator, fc.constant('domain-is' as const)),
    values,
  }),
  fc.record({ field: fc.constant('header' as const), operator: plainOperator, values }),
  fc.record({
    field: fc.constantFrom(...fieldsOf('text')),
    operator: fc.constant('matches' as const),
    values: fc.array(fc.constantFrom('a', '^.*$', '\\d+', '[^a-z]'), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    field: fc.constant('importance' as const),
    operator: fc.constantFrom(...operatorsOf.choice),
    values: fc.array(fc.constantFrom(...fields.importance.choices), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ field: fc.constantFrom(...fieldsOf('flag')), operator: fc.constant('is' as const), values: fc.tuple(fc.boolean()) }),
  fc.record({ field: fc.constant('size' as const), operator: fc.constantFrom(...operatorsOf.size), values: fc.tuple(fc.nat()) }),
)

function groupOf(node: fc.Arbitrary<ConditionNode>): fc.Arbitrary<ConditionGroup> {
  const nodes = fc.array(node, { maxLength: 3 })
  return fc.oneof(fc.record({ all: nodes }), fc.record({ any: nodes }), fc.record({ none: nodes }))
}

const group = groupOf(fc.oneof(condition, groupOf(fc.oneof(condition, groupOf(fc.oneof(condition, groupOf(condition)))))))
const recipe = group.map((conditions) => aRecipe({ conditions }))

test('parseRecipe never throws, and never lets through what it cannot name', () => {
  fc.assert(
    fc.property(
      fc.anything({ withNullPrototype: true, withMap: true, withSet: true, withBigInt: true, withDate: true, withSparseArray: true }),
      (input) => {
        const parsed = parseRecipe(input)
        expect('issues' in parsed && parsed.issues.length > 0).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})

const slots = ['name', 'enabled', 'trigger', 'conditions', 'actions'] as const

test('a recipe with one part replaced by anything is judged, at that part', () => {
  fc.assert(
    fc.property(fc.constantFrom(...slots), fc.anything({ withNullPrototype: true }), (slot, anything) => {
      const parsed = parseRecipe({ ...aRecipe(), [slot]: anything })
      if ('issues' in parsed)
        expect(parsed.issues.every(({ pointer }) => pointer === `/${slot}` || pointer.startsWith(`/${slot}/`))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('what passes once passes again, the same, also after a way through JSON', () => {
  fc.assert(
    fc.property(recipe, (written) => {
      const parsed = parseRecipe(written)
      expect(parsed).toEqual({ recipe: written })
      expect(parseRecipe(JSON.parse(JSON.stringify(written)))).toEqual(parsed)
    }),
  )
})

test('every recipe decides every message, tells every condition and finds words for it', () => {
  fc.assert(
    fc.property(recipe, message, (written, mail) => {
      const decided = decide(written, mail)
      for (const decision of decided.conditions) {
        for (const language of ['en', 'fr'] as const) expect(explain(decision, written, language)).not.toBe('')
        if ('decidedBy' in decision) expect(decision.decidedBy.length).toBeLessThanOrEqual(200)
      }
      expect(describeRecipe(written, 'fr', { board: () => undefined })).toMatch(/^Quand .*\.$/s)
      expect(fieldsNeeded([written]).size).toBeGreaterThan(0)
    }),
  )
})

test('none is the contrary of any, and all of one is any of one', () => {
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 3 }), message, (members, mail) => {
      const any = decide(aRecipe({ conditions: { any: members } }), mail).matches
      expect(decide(aRecipe({ conditions: { none: members } }), mail).matches).toBe(!any)
      for (const member of members) {
        expect(decide(aRecipe({ conditions: { all: [member] } }), mail).matches).toBe(
          decide(aRecipe({ conditions: { any: [member] } }), mail).matches,
        )
      }
    }),
  )
})

test('a negative operator is the contrary of its positive one', () => {
  const contrary = { contains: 'does-not-contain', is: 'is-not' } as const
  const field = fc.constantFrom(...fieldsOf('text'), ...fieldsOf('address'))
  fc.assert(
    fc.property(fc.constantFrom('contains', 'is'), field, values, message, (operator, name, wanted, mail) => {
      const holds = (each: 'contains' | 'is' | 'does-not-contain' | 'is-not'): boolean => {
        const members: ConditionNode[] = [aCondition(name, each, wanted)]
        return decide(aRecipe({ conditions: { all: members } }), mail).matches
      }
      expect(holds(contrary[operator])).toBe(!holds(operator))
    }),
  )
})

test('of a body no more is told than the recipe says itself', () => {
  fc.assert(
    fc.property(fc.constantFrom('body', 'subjectOrBody'), plainOperator, values, message, (field, operator, wanted, mail) => {
      const [decision] = decide(aRecipe({ conditions: { all: [{ field, operator, values: wanted }] } }), mail).conditions
      expect(['', ...wanted]).toContain(decision !== undefined && 'decidedBy' in decision ? decision.decidedBy : 'missing')
    }),
  )
})

test('folding is settled after once, whatever the case and the composition', () => {
  fc.assert(
    fc.property(text, (written) => {
      const folded = fold(written)
      expect(fold(folded)).toBe(folded)
      expect(fold(written.normalize('NFD'))).toBe(folded)
    }),
  )
})

test('patterns never throw', () => {
  fc.assert(
    fc.property(text, text, (pattern, subject) => {
      const issue = patternIssue(pattern)
      const matched = matches(pattern, subject)
      const extracted = extract(pattern, subject)
      if (issue !== null) expect([matched, extracted]).toEqual([false, ''])
    }),
    { numRuns: 500 },
  )
})

const piece = fc.oneof(
  text,
  fc.constantFrom('{{', '}}', '{%', '%}', '|', ' message.subject ', ' extract: ', "'", 'if', '(1..9)', 'date:', '[', '.'),
)

test('templates never throw, and what passes at save renders', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), message, (pieces, mail) => {
      const template = pieces.join('')
      parseTemplate(template, 'board')
      parseTemplate(template, 'mail')
      expect(typeof renderTemplate(template, scopeOf(mail), 'html')).toBe('string')
    }),
    { numRuns: 500 },
  )
})

test('a value comes out as it went in, and in HTML without markup', () => {
  fc.assert(
    fc.property(text, (subject) => {
      const scope = scopeOf(aMessage({ subject }))
      expect(renderTemplate('{{ message.subject }}', scope, 'text')).toBe(subject)
      expect(renderTemplate('{{ message.subject }}', scope, 'html').replaceAll('<br>', '')).not.toMatch(/[<>"']/)
    }),
  )
})

test('every mail is planned as one line of 1 to 255 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (subject) => {
      const [action] = planActions(aRecipe({ actions: [aCreateItem()] }), aMessage({ subject }))
      const name = action?.kind === 'create-item' ? action.name : ''
      expect(name).toMatch(/^\S(.*\S)?$/s)
      expect(name).not.toMatch(/[\r\n\u2028\u2029\0]/)
      expect(name.length).toBeLessThanOrEqual(renderLimits.name)
      expect(name.isWellFormed()).toBe(true)
    }),
  )
})

test('columns never throw, and what they take they take again', () => {
  fc.assert(
    fc.property(fc.constantFrom(...columnTypeNames), fc.oneof(text, fc.anything()), (type, value) => {
      for (const judged of [validate(type, value), fromText(type, typeof value === 'string' ? value : '')]) {
        if ('issue' in judged) continue
        expect(validate(type, judged.value)).toEqual(judged)
        expect(typeof render(type, judged.value, 'fr')).toBe('string')
      }
    }),
    { numRuns: 500 },
  )
})

test('a number shown is a number read', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.nat(99), (whole, cents) => {
      const value = Number(`${whole}.${String(cents).padStart(2, '0')}`)
      for (const language of ['en', 'fr'] as const) expect(fromText('numbers', render('numbers', value, language))).toEqual({ value })
    }),
  )
})

test('every field has its kind, and operators for it', () => {
  for (const { kind, needs } of Object.values(fields)) {
    expect(operatorsOf[kind].length).toBeGreaterThan(0)
    expect(needs.length).toBeGreaterThan(0)
  }
})

function aCondition(
  field: FieldOf<'text' | 'address'>,
  operator: 'contains' | 'is' | 'does-not-contain' | 'is-not',
  wanted: string[],
): Condition {
  const textual = fieldsOf('text').find((each) => each === field)
  if (textual !== undefined) return { field: textual, operator, values: wanted }
  return { field: fieldsOf('address').find((each) => each === field) ?? 'from', operator, values: wanted }
}
