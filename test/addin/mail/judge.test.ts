import { describe, expect, test } from '@jest/globals'
import { judge } from '../../../addin/mail/judge.ts'
import type { OpenMessage } from '../../../addin/office/open-message.ts'
import type { ConditionNode } from '../../../recipes/group.ts'
import type { RecipeBody } from '../../../recipes/recipe.ts'

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

const onBody: ConditionNode = { field: 'body', operator: 'contains', values: ['total'] }
const fromAda: ConditionNode = { field: 'from', operator: 'is', values: ['ada@example.com'] }
const is = (
  field: 'sentToMe' | 'sentOnlyToMe' | 'sentCcMe' | 'isAutomaticReply' | 'isMeetingRequest' | 'hasAttachments',
  value = true,
): ConditionNode => ({
  field,
  operator: 'is',
  values: [value],
})
const person = (address: string, name = '') => ({ name, address })

describe('The pane judges only what it can see', () => {
  test.each([
    ['an address', 'Write to ann.lee@example.com<mailto:ann.lee@example.com>. Total: 12'],
    ['a link', 'See our site<https://example.com/total> for details'],
    ['a link to a place in the mail', 'Contents<#total>'],
    ['a number to call', '+33 1 23 45<tel:+3312345>\nTotal'],
    ['a picture', '[cid:image001.png@01D9] Total'],
    ['what is longer than the server reads', 'total '.repeat(40_000)],
  ])('text in which Outlook has rewritten %s leaves a condition on it open', (_, text) => {
    expect(judge(aRecipe(onBody), aMessage, text).kind).toBe('unknown')
  })

  test('text that may be read in other lines leaves open only what depends on them', () => {
    const says = (value: string): ConditionNode => ({ field: 'body', operator: 'starts-with', values: [value] })
    expect(judge(aRecipe(says('total')), aMessage, '\r\n Total: 12\r\n').kind).toBe('matches')
    expect(judge(aRecipe(says('total:\n12')), aMessage, 'Total:\n12').kind).not.toBe('does-not-match')
    expect(judge(aRecipe({ field: 'body', operator: 'matches', values: ['^12$'] }), aMessage, 'Total:\n12').kind).toBe('unknown')
  })

  test.each([
    '/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=0A1B-ADA',
    '/o=First Organization/ou=Exchange Administrative Group/cn=Recipients/cn=ada',
    'ada',
    '',
  ])('the sender %j is open, and so is the recipient', (address) => {
    const message = { ...aMessage, from: person(address, 'Ada'), to: [person(address, 'Ada')] }
    expect(judge(aRecipe(fromAda), message, '').kind).toBe('unknown')
    expect(judge(aRecipe({ field: 'from', operator: 'domain-is', values: ['example.com'] }), message, '').kind).toBe('unknown')
    expect(judge(aRecipe({ field: 'recipients', operator: 'is-not', values: ['ada@example.com'] }), message, '').kind).toBe('unknown')
    expect(judge(aRecipe(fromAda), { ...message, from: null }, '').kind).toBe('unknown')
  })

  test('of one’s own addresses Outlook knows one: another may be an alias', () => {
    const to = [person('somebody@example.com')]
    expect(judge(aRecipe(is('sentToMe')), { ...aMessage, to }, '').kind).toBe('unknown')
    expect(judge(aRecipe(is('sentOnlyToMe')), { ...aMessage, to }, '').kind).toBe('unknown')
    expect(judge(aRecipe(is('sentOnlyToMe')), { ...aMessage, to, cc: to }, '').kind).toBe('does-not-match')
    expect(judge(aRecipe(is('sentCcMe')), { ...aMessage, to }, '').kind).toBe('does-not-match')
  })

  test('headers are hidden, but the class of a mail says enough where it is an automatic reply', () => {
    expect(judge(aRecipe(is('isAutomaticReply')), aMessage, '').kind).toBe('unknown')
    const away = { ...aMessage, messageClass: 'IPM.Note.Rules.OofTemplate.Microsoft' }
    expect(judge(aRecipe(is('isAutomaticReply')), away, '').kind).toBe('matches')
    expect(judge(aRecipe(is('isMeetingRequest')), { ...aMessage, messageClass: '' }, '').kind).toBe('unknown')
    expect(judge(aRecipe(is('hasAttachments', false)), { ...aMessage, messageClass: 'IPM.Note.SMIME.MultipartSigned' }, '').kind).toBe(
      'unknown',
    )
  })

  test('what is settled is said, whatever is open beside it', () => {
    const open = is('isAutomaticReply')
    const saysOther: ConditionNode = { field: 'subject', operator: 'contains', values: ['zebra'] }
    expect(judge(aRecipe(saysOther, open), aMessage, '').kind).toBe('does-not-match')
    expect(judge(aRecipe({ any: [saysFacture, open] }), aMessage, '').kind).toBe('matches')
    expect(judge(aRecipe({ none: [saysFacture, open] }), aMessage, '').kind).toBe('does-not-match')
    expect(judge(aRecipe({ none: [saysOther, open] }), aMessage, '').kind).toBe('unknown')
    expect(judge(aRecipe({ field: 'subjectOrBody', operator: 'contains', values: ['facture'] }), aMessage, null).kind).toBe('matches')
    expect(judge(aRecipe({ field: 'subjectOrBody', operator: 'contains', values: ['zebra'] }), aMessage, null).kind).toBe('unknown')
  })
})
