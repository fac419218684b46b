import { expect, test } from '@jest/globals'
import { actionFor, allFields, conditionFor, itemOf, newDraft, newItem } from '../../../addin/recipes/draft.ts'
import { withOperator } from '../../../addin/recipes/with-operator.ts'
import type { Board } from '../../../contract/board.ts'
import { fields, operatorsOf } from '../../../recipes/condition.ts'
import { parseRecipe } from '../../../recipes/parse-recipe.ts'
import type { Condition } from '../../../recipes/recipe.ts'

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

test.each(allFields)('a condition on %s is one that the language takes, with each of its operators', (field) => {
  const condition = conditionFor(field, aCondition)
  for (const operator of operatorsOf[fields[field].kind]) {
    const changed = withOperator(condition, operator)
    expect(changed.operator).toBe(operator)
    expect(parseRecipe({ ...newDraft([aBoard], null, 'Any'), conditions: { all: [changed] } })).toHaveProperty('recipe')
  }
})

test('an item keeps its parts when the kind of action changes and changes back', () => {
  const item = newItem(aBoard)
  const update = actionFor('add-update', item)
  expect(itemOf(update)).toEqual(item)
  expect(actionFor('create-item', item)).toEqual({ kind: 'create-item', ...item })
})
