import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { parseAction, parseRecipe } from '../../recipes/parse-recipe.ts'
import { recipeBody } from '../../recipes/recipe.ts'
import type { Action } from '../../recipes/actions/actions.ts'
import type { ConditionGroup } from '../../recipes/group.ts'
import type { Trigger } from '../../recipes/triggers.ts'
import { aBoard, aCreateItem, aRecipe, withAction, withConditions } from './builders.ts'

const example = {
  name: 'Invoices',
  enabled: true,
  trigger: { kind: 'mail-received' },
  conditions: {
    all: [
      { field: 'subject', operator: 'contains', values: ['invoice', 'facture'] },
      { none: [{ field: 'from', operator: 'domain-is', values: ['example.com'] }] },
    ],
  },
  actions: [
    {
      kind: 'create-item',
      board: { target: 'built-in', id: 'b1' },
      group: 'g1',
      name: '{{ message.subject }}',
      columns: { amount: "{{ message.body.text | extract: 'Total: ([0-9.]+)' }}" },
      update: '{{ message.body.html }}',
      attachments: 'files',
    },
  ],
}

test('the recipe that the language was described by', () => {
  expect(parseRecipe(example)).toEqual({ recipe: example })
})

test('conditions left out match every mail, enabled left out is on', () => {
  const { conditions: _, enabled: __, ...rest } = example
  expect(parseRecipe(rest)).toEqual({ recipe: { ...example, conditions: { all: [] } } })
})

test('texts that say true, false or a number are taken as such', () => {
  const flags = { field: 'hasAttachments', operator: 'is', values: ['true'] }
  const size = { field: 'size', operator: 'at-least', values: ['100'] }
  expect(parseRecipe({ ...example, conditions: { all: [flags, size] } })).toHaveProperty('recipe.conditions.all', [
    { ...flags, values: [true] },
    { ...size, values: [100] },
  ])
})

const dated: Trigger = { kind: 'date-arrived', board: aBoard, column: 'due', offsetDays: -2, at: '09:30', timeZone: 'Europe/Paris' }

test.each<Trigger>([
  { kind: 'item-created', board: aBoard },
  { kind: 'column-changed', board: aBoard, column: 'status' },
  { kind: 'column-changed', board: aBoard, column: 'status', to: 'Done' },
  { kind: 'update-added', board: { target: 'monday', id: '123' } },
  dated,
])('the trigger %j', (trigger) => {
  const recipe = aRecipe({ trigger, actions: [aCreateItem({ name: '{{ item.name }} {{ item.columns.due }}' })] })
  expect(parseRecipe(recipe)).toEqual({ recipe })
})

const find = { by: 'column', column: 'mail', value: '{{ message.from.address }}' } as const

test.each<Action>([
  {
    kind: 'add-update',
    board: aBoard,
    body: '{{ message.body.html }}',
    find: { by: 'conversation' },
    otherwise: 'skip',
    attachments: 'files',
  },
  { kind: 'add-update', board: aBoard, body: 'x', find, otherwise: { create: { board: aBoard, name: '{{ message.subject }}' } } },
  { kind: 'set-columns', find, columns: { amount: '1' } },
  { kind: 'set-columns', board: aBoard, find: { by: 'conversation' }, columns: {} },
  { kind: 'send-mail', to: ['{{ message.from.address }}'], subject: 'Re: {{ message.subject }}', body: 'Thanks' },
  { kind: 'send-mail', to: ['a@b.c'], cc: ['d@e.f'], subject: '', body: '', inReply: true, files: true },
])('the action %j', (action) => {
  expect(parseRecipe(withAction(action))).toEqual({ recipe: withAction(action) })
  expect(parseAction(action)).toEqual({ action })
})

const condition = example.conditions.all[0]
const withNodes = (...all: unknown[]): unknown => ({ ...example, conditions: { all } })
const action = example.actions[0]
const withActions = (...actions: unknown[]): unknown => ({ ...example, actions })
const deep = { none: [{ all: [{ any: [{ all: [condition] }] }] }] }

const faults: [what: string, input: unknown, ...issues: [pointer: string, code: string][]][] = [
  ['nothing', undefined, ['', 'missing']],
  ['a text', 'x', ['', 'wrong-type']],
  ['a list', [], ['', 'wrong-type']],
  ['an empty object', {}, ['/name', 'missing'], ['/trigger', 'missing'], ['/actions', 'missing']],
  ['an unknown field', { ...example, extra: 1 }, ['/extra', 'unknown-field']],
  ['a field whose name must be escaped', { ...example, 'a/b~c': 1 }, ['/a~1b~0c', 'unknown-field']],
  ['an empty name', { ...example, name: '  ' }, ['/name', 'too-small']],
  ['a long name', { ...example, name: 'x'.repeat(201) }, ['/name', 'too-big']],
  ['a wrong type', { ...example, enabled: 'yes' }, ['/enabled', 'wrong-type']],
  ['an unknown trigger', { ...example, trigger: { kind: 'full-moon' } }, ['/trigger/kind', 'unknown-value']],
  ['a trigger without a kind', { ...example, trigger: {} }, ['/trigger/kind', 'missing']],
  ['an impossible time', { ...example, trigger: { ...dated, at: '25:00' } }, ['/trigger/at', 'not-valid']],
  ['an unknown zone', { ...example, trigger: { ...dated, timeZone: 'Mars' } }, ['/trigger/timeZone', 'not-valid']],
  ['conditions that are a list', { ...example, conditions: [] }, ['/conditions', 'wrong-type']],
  ['conditions null', { ...example, conditions: null }, ['/conditions', 'wrong-type']],
  ['a group of two kinds', { ...example, conditions: { all: [], any: [] } }, ['/conditions/any', 'unknown-field']],
  ['an unknown field in a condition', withNodes({ ...condition, field: 'mood' }), ['/conditions/all/0/field', 'unknown-value']],
  ['an unknown operator', withNodes({ ...condition, operator: 'sounds-like' }), ['/conditions/all/0/operator', 'unknown-value']],
  ['an operator of another kind', withNodes({ ...condition, operator: 'domain-is' }), ['/conditions/all/0/operator', 'unknown-value']],
  ['no values', withNodes({ ...condition, values: [] }), ['/conditions/all/0/values', 'too-small']],
  ['values left out', withNodes({ field: 'subject', operator: 'is' }), ['/conditions/all/0/values', 'missing']],
  ['51 values', withNodes({ ...condition, values: Array(51).fill('x') }), ['/conditions/all/0/values', 'too-big']],
  ['a long value', withNodes({ ...condition, values: ['a', 'x'.repeat(501)] }), ['/conditions/all/0/values/1', 'too-big']],
  ['a number as text', withNodes({ ...condition, values: [5] }), ['/conditions/all/0/values/0', 'wrong-type']],
  ['an empty value', withNodes({ ...condition, values: [''] }), ['/conditions/all/0/values/0', 'empty-value']],
  ['a bad pattern', withNodes({ ...condition, operator: 'matches', values: ['('] }), ['/conditions/all/0/values/0', 'bad-pattern']],
  [
    'an unknown importance',
    withNodes({ field: 'importance', operator: 'is', values: ['urgent'] }),
    ['/conditions/all/0/values/0', 'unknown-value'],
  ],
  [
    'a flag with two values',
    withNodes({ field: 'sentToMe', operator: 'is', values: [true, false] }),
    ['/conditions/all/0/values', 'too-big'],
  ],
  ['a negative size', withNodes({ field: 'size', operator: 'at-most', values: [-1] }), ['/conditions/all/0/values/0', 'too-small']],
  [
    'a header name of blanks',
    withNodes({ field: 'header', name: 'a b', operator: 'is', values: ['x'] }),
    ['/conditions/all/0/name', 'not-valid'],
  ],
  ['a strange field in a condition', withNodes({ ...condition, value: 'x' }), ['/conditions/all/0/value', 'unknown-field']],
  [
    'a fault in a group',
    withNodes(condition, { any: [{ ...condition, operator: 'x' }] }),
    ['/conditions/all/1/any/0/operator', 'unknown-value'],
  ],
  [
    'a fault at depth 4',
    withNodes({ none: [{ all: [{ any: [{ ...condition, values: 5 }] }] }] }),
    ['/conditions/all/0/none/0/all/0/any/0/values', 'wrong-type'],
  ],
  [
    'a pattern at depth 4',
    withNodes({ none: [{ all: [{ any: [{ ...condition, operator: 'matches', values: ['a', '['] }] }] }] }),
    ['/conditions/all/0/none/0/all/0/any/0/values/1', 'bad-pattern'],
  ],
  ['depth 5', withNodes(deep), ['/conditions/all/0/none/0/all/0/any/0', 'too-deep']],
  [
    'depth 5 and another fault',
    { ...(withNodes(deep) as object), name: 5 },
    ['/conditions/all/0/none/0/all/0/any/0', 'too-deep'],
    ['/name', 'wrong-type'],
  ],
  ['51 conditions', withNodes(...Array(51).fill(condition)), ['/conditions/all', 'too-big']],
  ['no action', withActions(), ['/actions', 'too-small']],
  ['six actions', withActions(...Array(6).fill(action)), ['/actions', 'too-big']],
  ['an unknown action', withActions({ kind: 'delete-all' }), ['/actions/0/kind', 'unknown-value']],
  ['an action without its board', withActions({ kind: 'create-item', name: 'x' }), ['/actions/0/board', 'missing']],
  ['an unknown board kind', withActions({ ...action, board: { target: 'trello', id: '1' } }), ['/actions/0/board/target', 'unknown-value']],
  ['a long template', withActions({ ...action, name: 'x'.repeat(4001) }), ['/actions/0/name', 'too-big']],
  ['an unknown name', withActions({ ...action, name: '{{ message.nope }}' }), ['/actions/0/name', 'unknown-name']],
  ['a tag', withActions(action, { ...action, update: '{% if a %}' }), ['/actions/1/update', 'bad-template']],
  ['a bad column template', withActions({ ...action, columns: { 'a/b': '{{' } }), ['/actions/0/columns/a~1b', 'bad-template']],
  [
    'a bad extraction',
    withActions({ ...action, columns: { a: "{{ message.subject | extract: '(' }}" } }),
    ['/actions/0/columns/a', 'bad-pattern'],
  ],
  ['a column template of another type', withActions({ ...action, columns: { a: 5 } }), ['/actions/0/columns/a', 'wrong-type']],
  [
    'too many columns',
    withActions({ ...action, columns: Object.fromEntries([...Array(51).keys()].map((id) => [`c${id}`, ''])) }),
    ['/actions/0/columns', 'not-valid'],
  ],
  [
    'two faults',
    withActions({ ...action, name: '{{ x }}', update: '{{ y }}' }),
    ['/actions/0/name', 'unknown-name'],
    ['/actions/0/update', 'unknown-name'],
  ],
  [
    'a fault in what is created otherwise',
    withActions({ kind: 'add-update', board: aBoard, body: '', find, otherwise: { create: { board: aBoard, name: 5 } } }),
    ['/actions/0/otherwise/create/name', 'wrong-type'],
  ],
  [
    'a template in what is created otherwise',
    withActions({ kind: 'add-update', board: aBoard, body: '', find, otherwise: { create: { board: aBoard, name: '{{ x }}' } } }),
    ['/actions/0/otherwise/create/name', 'unknown-name'],
  ],
  [
    'a bad find',
    withActions({ kind: 'set-columns', find: { ...find, value: '{{ x }}' }, columns: {} }),
    ['/actions/0/find/value', 'unknown-name'],
  ],
  [
    'a bad recipient',
    withActions({ kind: 'send-mail', to: ['a@b.c', '{{ x }}'], subject: '', body: '' }),
    ['/actions/0/to/1', 'unknown-name'],
  ],
  [
    'a mail’s name on a board',
    { ...example, trigger: { kind: 'item-created', board: aBoard }, actions: [aCreateItem()] },
    ['/actions/0/name', 'unknown-name'],
  ],
  [
    'files without a mail',
    { ...example, trigger: { kind: 'item-created', board: aBoard }, actions: [aCreateItem({ name: 'x', attachments: 'files' })] },
    ['/actions/0/attachments', 'needs-mail'],
  ],
  [
    'files without a mail in what is created otherwise',
    {
      ...example,
      trigger: { kind: 'item-created', board: aBoard },
      actions: [
        {
          kind: 'add-update',
          board: aBoard,
          body: '',
          find: { by: 'conversation' },
          otherwise: { create: { board: aBoard, name: 'x', attachments: 'files' } },
        },
      ],
    },
    ['/actions/0/otherwise/create/attachments', 'needs-mail'],
  ],
]

test.each(faults.map(([what, input, ...issues]) => ({ what, input, issues })))('$what is refused at its place', ({ input, issues }) => {
  const parsed = parseRecipe(input)
  expect('issues' in parsed ? parsed.issues.map(({ pointer, code }) => [pointer, code]) : []).toEqual(issues)
})

test('a recipe nested beyond all measure is refused, and exhausts nothing', () => {
  let node: unknown = condition
  for (let depth = 0; depth < 100_000; depth += 1) node = { all: [node] }
  expect(parseRecipe({ ...example, conditions: node })).toHaveProperty('issues.0.code', 'too-deep')
})

test('four levels are not too deep', () => {
  const conditions: ConditionGroup = { all: [{ none: [{ all: [{ any: [{ field: 'subject', operator: 'is', values: ['x'] }] }] }] }] }
  expect(parseRecipe(aRecipe({ conditions }))).toEqual({ recipe: aRecipe({ conditions }) })
})

test('an action by itself has its faults at its own places', () => {
  expect(parseAction({ ...aCreateItem(), name: '{{ x }}' })).toHaveProperty('issues.0.pointer', '/name')
  expect(parseAction({ kind: 'create-item' })).toHaveProperty('issues.0.pointer', '/board')
  expect(parseAction(null)).toHaveProperty('issues.0.pointer', '')
})

test('the schema prints as a JSON schema, with a component for each level', () => {
  const printed = JSON.stringify(z.toJSONSchema(recipeBody, { io: 'input' }))
  expect(printed).toContain('ConditionGroupAtDepth4')
  expect(printed).not.toContain('ConditionGroupAtDepth5')
  expect(parseRecipe(withConditions())).toEqual({ recipe: aRecipe() })
})
