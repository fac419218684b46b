import { expect, test } from '@jest/globals'
import { decide } from '../../recipes/decide.ts'
import type { Message } from '../../recipes/message.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import type { Condition } from '../../recipes/conditions/conditions.ts'
import type { ConditionGroup } from '../../recipes/group.ts'
import { aMessage, aRecipe, withConditions } from './builders.ts'

type Case = [what: string, condition: Condition, message: Partial<Message>, holds: boolean, decidedBy?: string]

const name = { name: 'Élodie Martin', address: 'Elodie@Exemple.FR' }
const longText = 'x'.repeat(300)

const texts: Case[] = [
  ['contains, whatever the case', { field: 'subject', operator: 'contains', values: ['INVOICE'] }, {}, true, 'INVOICE'],
  ['any of the values', { field: 'subject', operator: 'contains', values: ['facture', 'invoice'] }, {}, true, 'invoice'],
  ['none of the values', { field: 'subject', operator: 'contains', values: ['facture'] }, {}, false, 'Invoice 42'],
  ['accents are letters', { field: 'subject', operator: 'contains', values: ['reçu'] }, { subject: 'recu' }, false],
  ['É is é', { field: 'subject', operator: 'contains', values: ['été'] }, { subject: 'L’ÉTÉ' }, true],
  ['decomposed is composed', { field: 'subject', operator: 'contains', values: ['\u00e9t\u00e9'] }, { subject: 'e\u0301te\u0301' }, true],
  ['composed is decomposed', { field: 'subject', operator: 'is', values: ['e\u0301te\u0301'] }, { subject: '\u00e9t\u00e9' }, true],
  ['σ and ς are Σ', { field: 'subject', operator: 'is', values: ['ΟΔΟΣ'] }, { subject: 'οδος' }, true],
  ['ς within a longer word', { field: 'subject', operator: 'contains', values: ['οδος'] }, { subject: 'ΟΔΟΣΑ' }, true],
  ['ß is ẞ', { field: 'subject', operator: 'is', values: ['STRAẞE'] }, { subject: 'Straße' }, true],
  ['ß is SS', { field: 'subject', operator: 'is', values: ['STRASSE'] }, { subject: 'Straße' }, true],
  ['the Kelvin sign is k', { field: 'subject', operator: 'is', values: ['k'] }, { subject: '\u212a' }, true],
  ['a no-break blank is a blank', { field: 'subject', operator: 'contains', values: ['n° 12'] }, { subject: 'Facture n°\u00a012' }, true],
  ['does-not-contain holds', { field: 'subject', operator: 'does-not-contain', values: ['a1', 'b2'] }, {}, true, 'Invoice 42'],
  ['does-not-contain fails by one', { field: 'subject', operator: 'does-not-contain', values: ['a1', '42'] }, {}, false, '42'],
  ['is, without the ends', { field: 'subject', operator: 'is', values: ['invoice 42'] }, { subject: ' Invoice 42\n' }, true, 'invoice 42'],
  ['is is the whole', { field: 'subject', operator: 'is', values: ['invoice'] }, {}, false],
  ['is-not', { field: 'subject', operator: 'is-not', values: ['invoice'] }, {}, true],
  ['is-not fails', { field: 'subject', operator: 'is-not', values: ['other', 'invoice 42'] }, {}, false, 'invoice 42'],
  ['is nothing', { field: 'subject', operator: 'is', values: [''] }, { subject: '' }, true],
  ['starts-with', { field: 'subject', operator: 'starts-with', values: ['inv'] }, {}, true],
  ['starts-with fails', { field: 'subject', operator: 'starts-with', values: ['42'] }, {}, false],
  ['ends-with', { field: 'subject', operator: 'ends-with', values: ['42'] }, {}, true],
  ['ends-with fails', { field: 'subject', operator: 'ends-with', values: ['Inv'] }, {}, false],
  ['matches', { field: 'subject', operator: 'matches', values: ['^invoice \\d+$'] }, {}, true, '^invoice \\d+$'],
  ['matches fails', { field: 'subject', operator: 'matches', values: ['^\\d+$'] }, {}, false],
  ['matches folds', { field: 'subject', operator: 'matches', values: ['e\u0301t.$'] }, { subject: 'ÉTÉ' }, true],
  [
    'matches no further than 256 KB',
    { field: 'body', operator: 'matches', values: ['z'] },
    { body: { text: `${'a'.repeat(262_144)}z`, html: '' } },
    false,
    '',
  ],
  [
    'contains looks at all',
    { field: 'body', operator: 'contains', values: ['z'] },
    { body: { text: `${'a'.repeat(262_144)}z`, html: '' } },
    true,
    'z',
  ],
  ['an empty subject', { field: 'subject', operator: 'contains', values: ['a'] }, { subject: '' }, false, ''],
  ['a body tells nothing of itself', { field: 'body', operator: 'contains', values: ['secret'] }, {}, false, ''],
  ['a body tells the value found', { field: 'body', operator: 'contains', values: ['total'] }, {}, true, 'total'],
  ['a body that does not contain', { field: 'body', operator: 'does-not-contain', values: ['zebra'] }, {}, true, ''],
  ['subjectOrBody by the subject', { field: 'subjectOrBody', operator: 'contains', values: ['invoice'] }, {}, true, 'invoice'],
  ['subjectOrBody by the body', { field: 'subjectOrBody', operator: 'contains', values: ['total'] }, {}, true, 'total'],
  ['subjectOrBody by neither', { field: 'subjectOrBody', operator: 'contains', values: ['zebra'] }, {}, false, ''],
  ['subjectOrBody negative needs both', { field: 'subjectOrBody', operator: 'does-not-contain', values: ['total'] }, {}, false, 'total'],
  ['a category', { field: 'categories', operator: 'is', values: ['red'] }, { categories: ['Blue', 'Red'] }, true, 'red'],
  ['no category', { field: 'categories', operator: 'contains', values: ['red'] }, {}, false, ''],
  [
    'categories do not contain',
    { field: 'categories', operator: 'does-not-contain', values: ['red'] },
    { categories: ['Blue'] },
    true,
    'Blue',
  ],
  ['a long value is cut', { field: 'subject', operator: 'is', values: ['a'] }, { subject: longText }, false, `${'x'.repeat(199)}…`],
]

const addresses: Case[] = [
  ['the name', { field: 'from', operator: 'contains', values: ['martin'] }, { from: name }, true],
  ['the address', { field: 'from', operator: 'contains', values: ['elodie@'] }, { from: name }, true],
  ['both together', { field: 'from', operator: 'contains', values: ['martin <elodie'] }, { from: name }, true],
  ['is the address', { field: 'from', operator: 'is', values: ['elodie@exemple.fr'] }, { from: name }, true],
  ['is the name', { field: 'from', operator: 'is', values: ['élodie martin'] }, { from: name }, true],
  ['is not a part', { field: 'from', operator: 'is', values: ['elodie'] }, { from: name }, false, 'Élodie Martin <Elodie@Exemple.FR>'],
  ['is-not', { field: 'from', operator: 'is-not', values: ['x@y.z'] }, { from: name }, true],
  ['starts-with an address', { field: 'from', operator: 'starts-with', values: ['elodie@'] }, { from: name }, true],
  ['ends-with an address', { field: 'from', operator: 'ends-with', values: ['.fr'] }, { from: name }, true],
  ['matches an address', { field: 'from', operator: 'matches', values: ['^[a-z]+@exemple\\.fr$'] }, { from: name }, true],
  ['domain-is', { field: 'from', operator: 'domain-is', values: ['exemple.fr'] }, { from: name }, true, 'exemple.fr'],
  ['domain-is with an @', { field: 'from', operator: 'domain-is', values: ['@exemple.fr'] }, { from: name }, true],
  [
    'domain-is leaves out subdomains',
    { field: 'from', operator: 'domain-is', values: ['example.org'] },
    { from: { name: '', address: 'a@mail.example.org' } },
    false,
  ],
  [
    'domain-is leaves out lookalikes',
    { field: 'from', operator: 'domain-is', values: ['example.org'] },
    { from: { name: '', address: 'a@badexample.org' } },
    false,
  ],
  [
    'the last @ counts',
    { field: 'from', operator: 'domain-is', values: ['evil.com'] },
    { from: { name: '', address: '"a@good.com"@evil.com' } },
    true,
  ],
  [
    'a name is no domain',
    { field: 'from', operator: 'domain-is', values: ['example.com'] },
    { from: { name: 'x@example.com', address: 'x@evil.com' } },
    false,
  ],
  ['no sender', { field: 'from', operator: 'contains', values: ['a'] }, { from: null }, false, ''],
  ['no sender is empty', { field: 'from', operator: 'is', values: [''] }, { from: null }, true],
  ['no sender does not contain', { field: 'sender', operator: 'does-not-contain', values: ['a'] }, { sender: null }, true],
  ['no sender has no domain', { field: 'from', operator: 'domain-is', values: ['a.b'] }, { from: null }, false],
  ['sender is another than from', { field: 'sender', operator: 'is', values: ['ann@example.org'] }, { from: null }, true],
  ['to', { field: 'to', operator: 'is', values: ['bob@example.com'] }, {}, true],
  ['cc', { field: 'cc', operator: 'contains', values: ['martin'] }, { cc: [name] }, true],
  ['cc is not to', { field: 'cc', operator: 'contains', values: ['bob'] }, {}, false],
  ['recipients are to and cc', { field: 'recipients', operator: 'domain-is', values: ['exemple.fr'] }, { cc: [name] }, true],
  [
    'negative over all recipients',
    { field: 'recipients', operator: 'does-not-contain', values: ['martin'] },
    { cc: [name] },
    false,
    'martin',
  ],
]

const headers = [
  { name: 'X-Spam', value: 'No' },
  { name: 'List-Id', value: '<news.example.org>' },
]
const owner = { addresses: ['bob@example.com', 'BOB@alias.example.com'] }
const bob = { name: '', address: 'Bob@Example.com' }
const anAttachment = { id: '1', name: 'a.pdf', contentType: 'application/pdf', size: 1, kind: 'file', isInline: true } as const

const others: Case[] = [
  ['a named header', { field: 'header', name: 'list-id', operator: 'contains', values: ['news'] }, { headers }, true],
  ['another header', { field: 'header', name: 'X-Spam', operator: 'contains', values: ['news'] }, { headers }, false, 'No'],
  ['any header, by name and value', { field: 'header', operator: 'is', values: ['x-spam: no'] }, { headers }, true],
  ['an absent header', { field: 'header', name: 'X-None', operator: 'does-not-contain', values: ['a'] }, { headers }, true, ''],
  ['importance', { field: 'importance', operator: 'is', values: ['high', 'low'] }, { importance: 'high' }, true, 'high'],
  ['importance is-not', { field: 'importance', operator: 'is-not', values: ['high'] }, {}, true, 'normal'],
  ['sensitivity', { field: 'sensitivity', operator: 'is', values: ['private'] }, { sensitivity: 'private' }, true],
  ['at-least, in kB', { field: 'size', operator: 'at-least', values: [10] }, {}, true, '10'],
  ['at-least fails', { field: 'size', operator: 'at-least', values: [11] }, {}, false],
  ['at-most', { field: 'size', operator: 'at-most', values: [10] }, {}, true],
  ['at-most fails', { field: 'size', operator: 'at-most', values: [9] }, {}, false],
  ['an unread size', { field: 'size', operator: 'at-most', values: [10] }, { size: null }, false, ''],
  ['attachments by the flag', { field: 'hasAttachments', operator: 'is', values: [true] }, { hasAttachments: true }, true, 'true'],
  ['attachments by the list', { field: 'hasAttachments', operator: 'is', values: [true] }, { attachments: [anAttachment] }, true],
  ['no attachments', { field: 'hasAttachments', operator: 'is', values: [false] }, {}, true, 'false'],
  ['sentToMe', { field: 'sentToMe', operator: 'is', values: [true] }, { to: [bob, name] }, true],
  [
    'sentToMe by an alias',
    { field: 'sentToMe', operator: 'is', values: [true] },
    { owner, to: [{ name: '', address: 'bob@ALIAS.example.com' }] },
    true,
  ],
  ['not sentToMe', { field: 'sentToMe', operator: 'is', values: [true] }, { to: [name] }, false, 'false'],
  ['sentOnlyToMe', { field: 'sentOnlyToMe', operator: 'is', values: [true] }, {}, true],
  ['not only to me, by to', { field: 'sentOnlyToMe', operator: 'is', values: [true] }, { to: [bob, name] }, false],
  ['not only to me, by cc', { field: 'sentOnlyToMe', operator: 'is', values: [true] }, { cc: [name] }, false],
  ['to nobody is not to me', { field: 'sentOnlyToMe', operator: 'is', values: [true] }, { to: [] }, false],
  ['sentCcMe', { field: 'sentCcMe', operator: 'is', values: [true] }, { to: [], cc: [bob] }, true],
  [
    'an automatic reply by its header',
    { field: 'isAutomaticReply', operator: 'is', values: [true] },
    { headers: [{ name: 'auto-submitted', value: 'auto-replied; a=b' }] },
    true,
  ],
  [
    'what is generated is no reply',
    { field: 'isAutomaticReply', operator: 'is', values: [true] },
    { headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }] },
    false,
  ],
  [
    'auto-submitted: no',
    { field: 'isAutomaticReply', operator: 'is', values: [false] },
    { headers: [{ name: 'Auto-Submitted', value: 'no' }] },
    true,
  ],
  [
    'an automatic reply by its class',
    { field: 'isAutomaticReply', operator: 'is', values: [true] },
    { messageClass: 'IPM.Note.Rules.OofTemplate.Microsoft' },
    true,
  ],
  [
    'a meeting request',
    { field: 'isMeetingRequest', operator: 'is', values: [true] },
    { messageClass: 'IPM.Schedule.Meeting.Request' },
    true,
  ],
  [
    'a meeting answer',
    { field: 'isMeetingRequest', operator: 'is', values: [true] },
    { messageClass: 'IPM.Schedule.Meeting.Resp.Pos' },
    false,
  ],
  [
    'a non-delivery report',
    { field: 'isNonDeliveryReport', operator: 'is', values: [true] },
    { messageClass: 'REPORT.IPM.Note.NDR' },
    true,
  ],
  ['a read receipt', { field: 'isNonDeliveryReport', operator: 'is', values: [true] }, { messageClass: 'REPORT.IPM.Note.IPNRN' }, false],
]

const cases = [...texts, ...addresses, ...others].map(([what, condition, message, holds, decidedBy]) => ({
  what: `${condition.field}: ${what}`,
  condition,
  message,
  holds,
  decidedBy,
}))

test.each(cases)('$what', ({ condition, message, holds, decidedBy }) => {
  const recipe = withConditions(condition)
  expect(parseRecipe(recipe)).toEqual({ recipe })
  const decided = decide(recipe, aMessage(message))
  expect(decided.matches).toBe(holds)
  expect(decided.conditions).toEqual([
    {
      pointer: '/conditions/all/0',
      holds,
      field: condition.field,
      operator: condition.operator,
      decidedBy: decidedBy ?? expect.any(String),
    },
  ])
})

const yes: Condition = { field: 'subject', operator: 'contains', values: ['invoice'] }
const no: Condition = { field: 'subject', operator: 'contains', values: ['zebra'] }

test.each<[ConditionGroup, boolean]>([
  [{ all: [] }, true],
  [{ any: [] }, false],
  [{ none: [] }, true],
  [{ all: [yes, yes] }, true],
  [{ all: [yes, no] }, false],
  [{ any: [no, yes] }, true],
  [{ any: [no, no] }, false],
  [{ none: [no, no] }, true],
  [{ none: [no, yes] }, false],
  [{ all: [yes, { none: [no, { all: [no, { any: [yes] }] }] }] }, true],
  [{ none: [{ none: [yes] }] }, true],
])('the group %j is %s', (conditions, matches) => {
  const recipe = aRecipe({ conditions })
  expect(parseRecipe(recipe)).toEqual({ recipe })
  expect(decide(recipe, aMessage()).matches).toBe(matches)
})

test('every condition is listed in its group, also where the outcome is settled', () => {
  const { matches, conditions } = decide(aRecipe({ conditions: { all: [no, { none: [yes, no] }] } }), aMessage())
  expect(matches).toBe(false)
  expect(conditions).toEqual([
    { pointer: '/conditions/all/0', holds: false, field: 'subject', operator: 'contains', decidedBy: 'Invoice 42' },
    {
      pointer: '/conditions/all/1',
      holds: false,
      children: [
        { pointer: '/conditions/all/1/none/0', holds: true, field: 'subject', operator: 'contains', decidedBy: 'invoice' },
        { pointer: '/conditions/all/1/none/1', holds: false, field: 'subject', operator: 'contains', decidedBy: 'Invoice 42' },
      ],
    },
  ])
})
