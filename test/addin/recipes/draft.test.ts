import { expect, test } from '@jest/globals'
import { newDraft, newItem } from '../../../addin/recipes/draft.ts'
import type { Board } from '../../../contract/board.ts'
import { actions } from '../../../recipes/actions/actions.ts'
import { type Condition, conditions } from '../../../recipes/conditions/conditions.ts'
import { fields } from '../../../recipes/conditions/fields.ts'
import { operatorsOf } from '../../../recipes/conditions/operators.ts'
import { parseRecipe } from '../../../recipes/parse-recipe.ts'

const aBoard: Board = {
  id: 'b1',
  target: 'built-in',
  name: 'Invoices',
  visibility: 'private',
  owner: null,
  groups: [{ id: 'g1', title: 'New' }],
  columns: [
    { id: 'sender', title: 'Sender', type: 'email' },
    { id: 'received', title: 'Received', type: 'date' },
    { id: 'amount', title: 'Amount', type: 'numbers' },
  ],
  version: 1,
}

const aCondition: Condition = { field: 'subject', operator: 'contains', values: ['invoice'] }

test('a new draft is a recipe as soon as its value is given', () => {
  const draft = { ...newDraft([aBoard], null, 'Invoices'), conditions: { all: [aCondition] } }
  expect(parseRecipe(draft)).toEqual({ recipe: draft })
})

test.each([
  ['ada@example.com', { field: 'from', operator: 'is', values: ['ada@example.com'] }],
  ['/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=ADA', { field: 'subject', operator: 'contains', values: [''] }],
])('a new draft from a mail of %s asks for what the server will see', (address, condition) => {
  const from = { name: 'Ada', address }
  const parts = { id: 'm', subject: 'Hi', sender: from, to: [], cc: [], receivedAt: '', conversationId: null, internetMessageId: null }
  const draft = newDraft([aBoard], { ...parts, from, messageClass: 'IPM.Note', attachments: [] }, 'Invoices')
  expect(draft.conditions).toEqual({ all: [condition] })
})

test('columns that a mail can fill are filled at once', () => {
  expect(newItem(aBoard).columns).toEqual({ sender: '{{ message.from.address }}', received: '{{ message.receivedAt }}' })
})

test.each(conditions.names)('a condition on %s is one that the language takes, with each of its operators', (field) => {
  const condition = conditions.withField(field, aCondition)
  for (const operator of operatorsOf[fields[field].kind]) {
    const changed = conditions.withOperator(condition, operator)
    expect(changed.operator).toBe(operator)
    expect(parseRecipe({ ...newDraft([aBoard], null, 'Any'), conditions: { all: [changed] } })).toHaveProperty('recipe')
  }
})

test('a condition keeps its texts when the field changes and can hold them, and its operator when another field’s is asked for', () => {
  expect(conditions.withField('from', aCondition)).toEqual({ field: 'from', operator: 'contains', values: ['invoice'] })
  expect(conditions.withField('size', aCondition)).toEqual({ field: 'size', operator: 'at-least', values: [1024] })
  expect(conditions.withField('importance', aCondition)).toEqual({ field: 'importance', operator: 'is', values: ['high'] })
  expect(conditions.withField('subject', { field: 'size', operator: 'at-most', values: [5] }).values).toEqual([''])
  expect(conditions.withOperator(aCondition, 'at-least')).toEqual(aCondition)
})

test('a choice is changed to one that its field has', () => {
  const important = conditions.withField('importance', aCondition)
  expect(conditions.withChoice(important, 'low').values).toEqual(['low'])
  expect(conditions.withChoice(important, 'private')).toEqual(important)
})

test('an item keeps its parts when the kind of action changes and changes back', () => {
  const item = newItem(aBoard)
  const update = actions.formOf('add-update')?.actionFrom(item)
  expect(update).toBeDefined()
  expect(actions.formOf('add-update')?.itemOf(update!)).toEqual(item)
  expect(actions.formOf('create-item')?.actionFrom(item)).toEqual({ kind: 'create-item', ...item })
})
