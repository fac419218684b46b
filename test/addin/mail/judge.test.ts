import { expect, test } from '@jest/globals'
import { judge } from '../../../addin/mail/judge.ts'
import type { OpenMessage } from '../../../addin/office/open-message.ts'
import type { ConditionNode, RecipeBody } from '../../../recipes/recipe.ts'

const aMessage: OpenMessage = {
  id: 'AAMk',
  subject: 'Facture 42',
  from: { name: 'Ada', address: 'ada@example.com' },
  sender: null,
  to: [],
  cc: [],
  receivedAt: '2026-11-24T10:00:00.000Z',
  messageClass: 'IPM.Note',
  conversationId: null,
  internetMessageId: null,
  attachments: [{ name: 'logo.png', size: 10, contentType: 'image/png', isInline: true }],
}

const aRecipe = (...conditions: ConditionNode[]): RecipeBody => ({
  name: 'Invoices',
  enabled: true,
  trigger: { kind: 'mail-received' },
  conditions: { all: conditions },
  actions: [{ kind: 'create-item', board: { target: 'built-in', id: '1' }, name: '{{ message.subject }}' }],
})

const saysFacture: ConditionNode = { field: 'subject', operator: 'contains', values: ['facture'] }

test('a mail that meets the conditions matches', () => {
  expect(judge(aRecipe(saysFacture), aMessage, '').kind).toBe('matches')
})

test('an attachment counts wherever it stands, as on the server', () => {
  expect(judge(aRecipe({ field: 'hasAttachments', operator: 'is', values: [true] }), aMessage, '').kind).toBe('matches')
})

test('what Outlook does not show leaves the question open', () => {
  const verdict = judge(aRecipe(saysFacture, { field: 'importance', operator: 'is', values: ['high'] }), aMessage, '')
  expect(verdict.kind).toBe('unknown')
  expect([...verdict.unknown]).toEqual(['/conditions/all/1'])
})

test('a body that could not be read leaves only conditions on the body open', () => {
  const onBody: ConditionNode = { field: 'body', operator: 'contains', values: ['total'] }
  expect(judge(aRecipe(onBody), aMessage, null).kind).toBe('unknown')
  expect(judge(aRecipe(saysFacture), aMessage, null).kind).toBe('matches')
})
