// For any mail and recipe the pane says what the server decides, or leaves it open. The server reads the mail as Graph gives it; the
// pane reads what Outlook makes of the same mail.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { judge } from '../../../addin/mail/judge.ts'
import { isPlainHtml } from '../../../addin/mail/plain-html.ts'
import type { OpenMessage } from '../../../addin/office/open-message.ts'
import { fields } from '../../../recipes/conditions/fields.ts'
import { operatorsOf } from '../../../recipes/conditions/operators.ts'
import { fieldsOf } from '../../recipes/builders.ts'
import { decide } from '../../../recipes/decide.ts'
import { parseRecipe } from '../../../recipes/parse-recipe.ts'
import type { Condition } from '../../../recipes/conditions/conditions.ts'
import type { RecipeBody } from '../../../recipes/recipe.ts'
import { readMail } from '../../../server/messages/read-mail.ts'

const me = 'ann.lee@example.com'
const aliases = [me, 'a.lee@example.com', 'ann.lee@example.onmicrosoft.com']

beforeAll(() => {
  Reflect.set(globalThis, 'Office', { context: { mailbox: { userProfile: { emailAddress: me } } } })
})
afterAll(() => void Reflect.deleteProperty(globalThis, 'Office'))

/** Words that stand in mails and in recipes, so that they meet. */
const words = [
  'invoice',
  'Invoice',
  'TOTAL',
  'total',
  'é',
  'straße',
  'STRASSE',
  'Rechnung',
  'İPTAL',
  'заказ',
  '請求書',
  '42',
  'in',
  'voice',
  'a\u0301',
  'x\u00a0y',
  'ann',
  'http',
  '-',
  '*',
  '1.',
  '&',
  "l'offre",
  'l’offre',
  'sup\u00adport',
  '🙂',
]
const word = fc.constantFrom(...words)
const phrase = fc
  .array(word, { minLength: 1, maxLength: 4 })
  .chain((some) => fc.constantFrom(' ', '  ', '\n', '', '\t').map((gap) => some.join(gap)))
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** A piece of HTML, and what Outlook makes text of it. */
type Piece = { html: string; text: string }
const said = (text: string): Piece => ({ html: escaped(text), text })
const around =
  (before: string, after: string, then = '') =>
  (piece: Piece): Piece => ({ html: `${before}${piece.html}${after}`, text: `${piece.text}${then}` })
const inline: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 6, arbitrary: phrase.map(said) },
  { weight: 2, arbitrary: phrase.map(said).map(around('<b>', '</b>')) },
  phrase.map(said).map(around('<a href="https://example.com/invoice">', '</a>', '<https://example.com/invoice>')),
  fc.constant({
    html: '<a href="mailto:ann.lee@example.com">ann.lee@example.com</a>',
    text: 'ann.lee@example.com<mailto:ann.lee@example.com>',
  }),
  phrase.map((alt) => ({ html: `<img src="cid:logo" alt="${escaped(alt)}">`, text: '[cid:logo]' })),
  phrase.map((alt) => ({ html: `<img src="https://example.com/a.png" alt="${escaped(alt)}">`, text: `[${alt}]` })),
  phrase.map(said).map(around('<span style="display:none">', '</span>')),
  phrase.map(said).map(around('<span style="font-size:0px;color:#ffffff">', '</span>')),
  phrase.map(said).map(around('<s>', '</s>')),
  phrase.map((text) => ({ html: `<!-- ${text} -->`, text: '' })),
  phrase.map((text) => ({ html: `<style>.${text}{display:none}</style>`, text: '' })),
)
const joined = (pieces: Piece[]): Piece => ({
  html: pieces.map(({ html }) => html).join(''),
  text: pieces.map(({ text }) => text).join(''),
})
const line = fc.array(inline, { minLength: 1, maxLength: 3 }).map(joined)
const block: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 4, arbitrary: line.map(around('<p>', '</p>', '\n\n')) },
  { weight: 3, arbitrary: line.map(around('<div style="font-family: Aptos; font-size: 12pt; color: rgb(0, 0, 0)">', '</div>', '\n')) },
  line.map(around('', '<br>\r\n', '\n')),
  line.map(({ html, text }) => ({ html: `<ul><li>${html}</li></ul>`, text: `\n  *   ${text}\n` })),
  line.map(({ html, text }) => ({ html: `<ol><li>${html}</li></ol>`, text: `\n  1.  ${text}\n` })),
  fc
    .tuple(line, line)
    .map(([a, b]) => ({ html: `<table><tr><td>${a.html}</td><td>${b.html}</td></tr></table>`, text: `${a.text}\t${b.text}\n` })),
  line.map(({ html, text }) => ({ html: `<pre>${html}</pre>`, text: `${text}\n` })),
  line.map(({ html, text }) => ({ html: `<blockquote>${html}</blockquote>`, text: `\n> ${text}\n` })),
)
const wrapped = (text: string, width: number) => (width === 0 ? text : text.replace(new RegExp(`(.{${width}}) `, 'g'), '$1\r\n'))
const body = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.array(block, { maxLength: 4 }), fc.constantFrom(0, 12)).map(([blocks, width]) => {
    const { html, text } = joined(blocks)
    const whole = `<html><head><meta charset="utf-8"></head><body dir="ltr">${html}</body></html>`
    return { contentType: 'html', content: whole, html: whole, text: wrapped(text, width) }
  }) },
  fc.tuple(fc.array(phrase, { maxLength: 4 }), fc.constantFrom(0, 12)).map(([lines, width]) => {
    const plain = lines.join('\r\n')
    return { contentType: 'text', content: plain, html: `<html><body><div class="PlainText">${escaped(plain)}</div></body></html>`, text: wrapped(plain, width) }
  }),
) // prettier-ignore

/** `office`: the address as Outlook gives it. */
type Person = { name: string; address: string; office: string }
const x500 = '/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=0A1B-ANN'
const person: fc.Arbitrary<Person> = fc
  .tuple(
    fc.constantFrom('', 'Ann Lee', 'Bob', 'Lee, Ann', 'invoice'),
    fc.constantFrom(...aliases, 'ann.lee+invoices@example.com', 'ANN.LEE@EXAMPLE.COM', 'bob@example.org', 'bob@münchen.example', ''),
    fc.constantFrom('same', 'same', 'same', 'x500', 'none'),
  )
  .map(([name, address, how]) => ({ name: name || address, address, office: how === 'same' ? address : how === 'x500' ? x500 : '' }))
const people = fc.oneof(
  fc.array(person, { maxLength: 3 }),
  person.map((one) => [one]),
)

const mail = fc.record({
  subject: fc.oneof(phrase, fc.constantFrom('', ' invoice', 'in\tvoice', 'invoice\u0007', `${'long '.repeat(60)}invoice`)),
  from: fc.option(person),
  sender: fc.option(person),
  to: people,
  cc: fc.oneof({ weight: 3, arbitrary: fc.constant<Person[]>([]) }, people),
  body,
  importance: fc.constantFrom('low', 'normal', 'high'),
  messageClass: fc.constantFrom('IPM.Note', 'IPM.Schedule.Meeting.Request', 'IPM.Note.Rules.OofTemplate.Microsoft', 'IPM.Note.SMIME.MultipartSigned', 'REPORT.IPM.Note.NDR'),
  headers: fc.constantFrom([], [{ name: 'X-Autoreply', value: 'yes' }]),
  categories: fc.array(word, { maxLength: 1 }),
  files: fc.array(fc.record({ name: fc.constantFrom('invoice.pdf', 'logo.png'), isInline: fc.boolean() }), { maxLength: 2 }),
}) // prettier-ignore

type Mail = typeof mail extends fc.Arbitrary<infer M> ? M : never

const recipient = ({ name, address }: Person) => ({ emailAddress: { name: name || address, address } })

const asGraph = ({
  subject,
  from,
  sender,
  to,
  cc,
  body: { contentType, content },
  importance,
  messageClass,
  headers,
  categories,
  files,
}: Mail) =>
  readMail(
    {
      json: Buffer.from(
        JSON.stringify({
          id: 'AAk',
          isDraft: false,
          subject,
          from: from && recipient(from),
          sender: sender && recipient(sender),
          toRecipients: to.map(recipient),
          ccRecipients: cc.map(recipient),
          receivedDateTime: '2026-11-27T10:00:00Z',
          body: { contentType, content },
          importance,
          internetMessageHeaders: headers,
          categories,
          hasAttachments: files.some(({ isInline }) => !isInline),
          singleValueExtendedProperties: [{ id: 'String 0x1a', value: messageClass }],
        }),
      ),
      listed: files.map(({ name, isInline }, index) => ({
        '@odata.type': '#microsoft.graph.fileAttachment',
        id: String(index),
        name,
        contentType: name.endsWith('png') ? 'image/png' : 'application/pdf',
        size: 100,
        contentId: isInline ? 'logo' : null,
      })),
    },
    { addresses: aliases, seenAt: new Date() },
  )

function asOffice({ subject, from, sender, to, cc, messageClass, files }: Mail): OpenMessage {
  const seen = ({ name, office }: Person) => ({ name: name || office, address: office })
  const shown = (some: Person[]) => some.map(seen).filter(({ name, address }) => name !== '' || address !== '')
  return {
    id: 'AAMk',
    subject,
    from: from && seen(from),
    sender: sender && seen(sender),
    to: shown(to),
    cc: shown(cc),
    receivedAt: '2026-11-27T09:59:58.000Z',
    messageClass,
    conversationId: null,
    internetMessageId: null,
    // Of a signed mail Outlook shows the files inside, and Graph the signature.
    attachments: /smime/i.test(messageClass) ? [] : files.map((file) => ({ ...file, size: 100, contentType: 'application/pdf' })),
  }
}

const value = fc.oneof(
  { weight: 4, arbitrary: phrase },
  fc.constantFrom('', ...aliases, 'Bob', 'example.com', 'bob@example.org', 'cid:', '<mailto:', 'https://example.com'),
)
const values = fc.array(value, { minLength: 1, maxLength: 2 })
const pattern = fc.constantFrom('invoice', '^total', '42$', '(?i)in.*voice', '\\d+', 'a.b')
const operation = (operators: readonly string[]) =>
  fc.constantFrom(...operators).chain((operator) =>
    fc.record({
      operator: fc.constant(operator),
      values: operator === 'matches' ? fc.array(pattern, { minLength: 1, maxLength: 1 }) : values,
    }),
  )
const condition = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...fieldsOf('text')), operation(operatorsOf.text)) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...fieldsOf('address')), operation(operatorsOf.address)) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...fieldsOf('flag')), fc.record({ operator: fc.constant('is'), values: fc.boolean().map((flag) => [flag]) })) },
  fc.tuple(fc.constant('header'), operation(operatorsOf.header)),
  fc.tuple(fc.constant('importance'), fc.constant({ operator: 'is', values: ['high'] })),
  fc.tuple(fc.constant('size'), fc.constant({ operator: 'at-most', values: [5] })),
).map(([field, rest]): unknown => ({ field, ...rest })) // prettier-ignore

const group = fc.letrec<{ node: unknown; group: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 2, withCrossShrink: true }, condition, tie('group')),
  group: fc
    .tuple(fc.constantFrom('all', 'any', 'none'), fc.array(tie('node'), { maxLength: 3 }))
    .map(([kind, members]) => ({ [kind]: members })),
})).group

function recipeOf(conditions: unknown): RecipeBody | undefined {
  const action = { kind: 'create-item', board: { target: 'built-in', id: '1' }, name: '{{ message.subject }}' }
  const parsed = parseRecipe({ name: 'r', enabled: true, trigger: { kind: 'mail-received' }, conditions, actions: [action] })
  return 'recipe' in parsed ? parsed.recipe : undefined
}

const verdicts = (one: Mail, recipe: RecipeBody) => {
  const message = asGraph(one)
  if (message === undefined || message === 'draft') throw new Error('The mail cannot be read.')
  const text = isPlainHtml(one.body.html) ? one.body.text : null
  return { pane: judge(recipe, asOffice(one), text), server: decide(recipe, message) }
}

const flat = (decisions: ReturnType<typeof decide>['conditions']): { pointer: string; holds: boolean }[] =>
  decisions.flatMap((each) => [each, ...('children' in each ? flat(each.children) : [])])

describe('The pane judges only what it can see', () => {
  test('for 2,000 mails and recipes its verdict is the server’s or open, and so is that of each condition', () => {
    const seen = { matches: 0, 'does-not-match': 0, unknown: 0 }
    fc.assert(
      fc.property(mail, group, (one, conditions) => {
        const recipe = recipeOf(conditions)
        fc.pre(recipe !== undefined)
        const { pane, server } = verdicts(one, recipe!)
        seen[pane.kind] += 1
        if (pane.kind !== 'unknown') expect(pane.kind).toBe(server.matches ? 'matches' : 'does-not-match')
        const decided = new Map(flat(server.conditions).map(({ pointer, holds }) => [pointer, holds]))
        for (const { pointer, holds } of flat(pane.conditions))
          if (!pane.unknown.has(pointer)) expect({ pointer, holds }).toEqual({ pointer, holds: decided.get(pointer) })
      }),
      { numRuns: 2_000 },
    )
    // Open must not be all that it ever says.
    expect(seen.matches).toBeGreaterThan(200)
    expect(seen['does-not-match']).toBeGreaterThan(200)
  })

  test('for 2,000 mails and single conditions too', () => {
    fc.assert(
      fc.property(mail, condition, (one, single) => {
        const recipe = recipeOf({ all: [single] })
        fc.pre(recipe !== undefined)
        const { pane, server } = verdicts(one, recipe!)
        if (pane.kind !== 'unknown') expect(pane.kind).toBe(server.matches ? 'matches' : 'does-not-match')
      }),
      { numRuns: 2_000 },
    )
  })

  test('every field is among them', () => {
    const all = new Set(fc.sample(condition, 2_000).map((each) => (each as Condition).field))
    expect([...all].toSorted()).toEqual(
      expect.arrayContaining(['body', 'from', 'hasAttachments', 'isAutomaticReply', 'sentToMe', 'subject']),
    )
    expect(Object.keys(fields)).toEqual(expect.arrayContaining([...all]))
  })
})
