// Each limit of the language at its edge: what just fits is taken, one more is refused with its place and code.
import { expect, test } from '@jest/globals'
import { limits, patternLimits } from '../../recipes/limits.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import { matches } from '../../recipes/regex.ts'

const board = { target: 'built-in', id: 'b' }
const list = <Entry>(length: number, entry: (index: number) => Entry): Entry[] => Array.from({ length }, (_, index) => entry(index))
const item = (overrides: object = {}) => ({ kind: 'create-item', board, name: 'x', ...overrides })
const recipe = (overrides: object) => ({ name: 'R', trigger: { kind: 'mail-received' }, actions: [item()], ...overrides })
const subject = (values: string[], operator = 'contains') => ({ field: 'subject', operator, values })
const conditions = (...all: unknown[]) => recipe({ conditions: { all } })
const mail = (overrides: object) => recipe({ actions: [{ kind: 'send-mail', to: ['a@b.example'], subject: 's', body: 'b', ...overrides }] })

const nested = (depth: number): object => (depth === 1 ? { all: [subject(['x'])] } : { all: [nested(depth - 1)] })
const manyNodes = (count: number) => {
  const groups = Math.ceil(count / (limits.nodes + 1))
  const members = list(count - groups, () => subject(['x']))
  return conditions(...list(groups, (index) => ({ any: members.slice(index * limits.nodes, (index + 1) * limits.nodes) })))
}
const patterns = (characters: number) =>
  conditions(
    subject(
      list(Math.ceil(characters / 100), (index) => 'p'.repeat(Math.min(100, characters - index * 100))),
      'matches',
    ),
  )
/** Of 3,998 instructions each. */
const largePatterns = (count: number) =>
  conditions(
    subject(
      list(count, (index) => `${String.fromCharCode(97 + index)}{999}`.repeat(4)),
      'matches',
    ),
  )
const outputs = (count: number) =>
  recipe({ actions: list(5, (at) => item({ update: '{{message.cc}}'.repeat(Math.floor(count / 5) + (at < count % 5 ? 1 : 0)) })) })

type Case = { most: number; of: (size: number) => object; place: string; code: string }
const cases: Record<string, Case> = {
  name: { most: limits.name, of: (size) => recipe({ name: 'n'.repeat(size) }), place: '/name', code: 'too-big' },
  nodes: { most: limits.nodes, of: (size) => conditions(...list(size, () => subject(['x']))), place: '/conditions/all', code: 'too-big' },
  'all nodes': { most: limits.allNodes, of: manyNodes, place: '/conditions', code: 'too-big' },
  depth: { most: limits.depth, of: (size) => recipe({ conditions: nested(size) }), place: '/conditions/all/0/all/0/all/0/all/0', code: 'too-deep' },
  values: { most: limits.values, of: (size) => conditions(subject(list(size, String))), place: '/conditions/all/0/values', code: 'too-big' },
  value: { most: limits.value, of: (size) => conditions(subject(['v'.repeat(size)])), place: '/conditions/all/0/values/0', code: 'too-big' },
  actions: { most: limits.actions, of: (size) => recipe({ actions: list(size, () => item()) }), place: '/actions', code: 'too-big' },
  columns: {
    most: limits.columns,
    of: (size) => recipe({ actions: [item({ columns: Object.fromEntries(list(size, (index) => [`c${index}`, 'x'])) })] }),
    place: '/actions/0/columns',
    code: 'not-valid',
  },
  recipients: { most: limits.recipients, of: (size) => mail({ to: list(size, () => 'a@b.example') }), place: '/actions/0/to', code: 'too-big' },
  template: { most: limits.template, of: (size) => recipe({ actions: [item({ name: 't'.repeat(size) })] }), place: '/actions/0/name', code: 'too-big' },
  'template parts': { most: limits.templateParts, of: outputs, place: '/actions/4/update', code: 'bad-template' },
  'the format of a date': {
    most: limits.dateFormat,
    of: (size) => recipe({ actions: [item({ name: `{{ message.receivedAt | date: '${'-'.repeat(size)}' }}` })] }),
    place: '/actions/0/name',
    code: 'bad-template',
  },
  'the characters of an extract': {
    most: patternLimits.characters,
    of: (size) => recipe({ actions: [item({ name: `{{ message.subject | extract: '${'e'.repeat(size)}' }}` })] }),
    place: '/actions/0/name',
    code: 'bad-pattern',
  },
  'the characters of all patterns': { most: patternLimits.allCharacters, of: patterns, place: '/conditions/all/0/values/20', code: 'bad-pattern' },
  'the patterns, however short': {
    most: patternLimits.allCharacters / patternLimits.least,
    of: (size) => conditions(...list(Math.ceil(size / 50), (at) => subject(list(Math.min(50, size - at * 50), (index) => `${at}.${index}`), 'matches'))),
    place: '/conditions/all/2/values/0',
    code: 'bad-pattern',
  },
} // prettier-ignore

test('a recipe at each limit is taken, and one over it is refused with its place', () => {
  for (const [name, { most, of, place, code }] of Object.entries(cases)) {
    expect([name, parseRecipe(of(most))]).toEqual([name, { recipe: expect.anything() }])
    const parsed = parseRecipe(of(most + 1))
    expect([name, 'issues' in parsed && parsed.issues[0]]).toEqual([name, expect.objectContaining({ pointer: place, code })])
  }
})

test('the instructions of a pattern are bounded, and so are those of all patterns together', () => {
  const one = parseRecipe(conditions(subject(['(?:\\pL{999}){6}'], 'matches')))
  expect(one).toEqual({ issues: [expect.objectContaining({ pointer: '/conditions/all/0/values/0', code: 'bad-pattern' })] })
  const fitting = Math.floor(patternLimits.allInstructions / 3998)
  expect(parseRecipe(largePatterns(fitting))).toHaveProperty('recipe')
  expect(parseRecipe(largePatterns(fitting + 1))).toHaveProperty('issues')
})

test('an output that makes much of little is refused', () => {
  const output = (filters: string) =>
    parseRecipe(recipe({ actions: [item({ name: `{{ message.subject | replace: '', '${'r'.repeat(3900)}'${filters} }}` })] }))
  expect(output('')).toHaveProperty('recipe')
  expect(output(' | upcase')).toEqual({ issues: [expect.objectContaining({ pointer: '/actions/0/name', code: 'bad-template' })] })
})

test('a pattern looks at the first 262,144 characters of a text', () => {
  expect(matches('end$', `${' '.repeat(patternLimits.text - 3)}end`)).toBe(true)
  expect(matches('end', `${' '.repeat(patternLimits.text - 2)}end`)).toBe(false)
})
