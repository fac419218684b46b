import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { fieldsNeeded } from '../../../recipes/fields.ts'
import { messageFromGraph } from '../../../server/messages/message-from-graph.ts'
import { selectFor } from '../../../server/messages/select.ts'

const facts = { addresses: ['me@example.com'], seenAt: new Date('2026-01-02T03:04:05Z') }
const samples = new URL('../../../../shared/specs/graph/samples/', import.meta.url)

const long = 'x'.repeat(2_100_000)

describe('limits are spent on text, not on markup', () => {
  test.each([
    ['a picture within the text', `<img src="data:image/png;base64,${long}">`],
    ['a picture behind the text', `<div style="background:url('data:image/png;base64,${long}')">`],
    ['a comment', `<!--[if mso]>${long}<![endif]-->`],
    ['a style sheet', `<style>.a{content:"${long}"}</style>`],
    ["Office's settings", `<xml><w:WordDocument>${long}</w:WordDocument></xml>`],
    ['hidden text', `<div style="display:none">${'word '.repeat(420_000)}</div>`],
    ['a drawing', `<svg><path d="${long}"/></svg>`],
    ['an address that no browser takes', `<a href="https://example.com/${long}"></a>`],
    ['spaces', ' '.repeat(2_100_000)],
    ['marks without words', '<span class="x"></span>'.repeat(91_000)],
  ])('%s between two texts', (_what, markup) => {
    const message = messageFromGraph(
      { id: 'a', body: { contentType: 'html', content: `<p>One <b>two</b></p>${markup}<p>Three</p>` } },
      facts,
    )
    expect([message.body.text, message.cut]).toEqual(['One two\n\nThree', []])
    expect(message.body.html).toMatch(/^<p>One <b>two<\/b><\/p>.{0,40}<p>Three<\/p>(<\/div>)?$/)
  })

  test('a million tags are read, and what comes after is cut', () => {
    const content = `<p>One</p>${'<wbr>'.repeat(1_100_000)}<p>Two</p>`
    const { body, cut } = messageFromGraph({ id: 'a', body: { contentType: 'html', content } }, facts)
    expect([body.text, cut]).toEqual(['One', ['body']])
  })
})

describe('a message from Graph', () => {
  test('with everything in it', () => {
    const message = messageFromGraph(
      {
        id: 'AAk=',
        subject: 'Invoice 12',
        from: { emailAddress: { name: 'Ada', address: 'ada@example.com' } },
        toRecipients: [{ emailAddress: { name: 'me@example.com', address: 'me@example.com' } }],
        receivedDateTime: '2026-01-01T10:00:00Z',
        body: { contentType: 'html', content: '<p>Total: <b>12</b></p>' },
        importance: 'high',
        categories: ['Red'],
        internetMessageHeaders: [{ name: 'List-Id', value: '<news>' }],
        singleValueExtendedProperties: [
          { id: 'Integer 0xe08', value: '20480' },
          { id: 'Integer 0x36', value: '2' },
          { id: 'String 0x1a', value: 'IPM.Note' },
        ],
      },
      facts,
    )
    expect(message).toMatchObject({
      subject: 'Invoice 12',
      from: { name: 'Ada', address: 'ada@example.com' },
      to: [{ name: '', address: 'me@example.com' }],
      receivedAt: '2026-01-01T10:00:00.000Z',
      body: { text: 'Total: 12', html: '<p>Total: <b>12</b></p>' },
      importance: 'high',
      size: 20_480,
      sensitivity: 'private',
      messageClass: 'IPM.Note',
      owner: { addresses: ['me@example.com'] },
      cut: [],
    })
  })

  test('with nothing but an id', () => {
    expect(messageFromGraph({ id: 'a' }, facts)).toEqual({
      id: 'a',
      subject: '',
      from: null,
      sender: null,
      to: [],
      cc: [],
      replyTo: [],
      receivedAt: '2026-01-02T03:04:05.000Z',
      body: { text: '', html: '' },
      importance: 'normal',
      sensitivity: 'normal',
      messageClass: '',
      size: null,
      categories: [],
      headers: [],
      hasAttachments: false,
      attachments: [],
      webLink: '',
      conversationId: '',
      internetMessageId: '',
      owner: { addresses: ['me@example.com'] },
      cut: [],
    })
  })

  test.each([
    ['null', null],
    ['a number', 7],
    ['a list', []],
    ['a text', 'odd'],
    ['an object', { odd: true }],
  ])('of which each part is %s', (_name, odd) => {
    const parts = ['subject', 'from', 'sender', 'toRecipients', 'ccRecipients', 'replyTo', 'receivedDateTime', 'body', 'importance']
    const more = ['categories', 'internetMessageHeaders', 'hasAttachments', 'webLink', 'singleValueExtendedProperties']
    const body = Object.fromEntries([...parts, ...more].map((part) => [part, odd]))
    expect(messageFromGraph({ ...body, id: 'a' }, facts)).toMatchObject({ id: 'a', cut: [] })
  })

  test('with 5 MB of HTML says what was cut', () => {
    const message = messageFromGraph({ id: 'a', body: { contentType: 'html', content: '<p>word</p>'.repeat(500_000) } }, facts)
    expect(message.cut).toEqual(['body'])
    expect(message.body.text.length).toBeLessThanOrEqual(262_144)
  })

  test('whose Message-ID a sender made as long as a book', () => {
    expect(messageFromGraph({ id: 'a', internetMessageId: `<${'x'.repeat(1_000_000)}@a>` }, facts).internetMessageId).toHaveLength(1000)
  })

  test('whose text is shown as HTML keeps its signs', () => {
    const message = messageFromGraph({ id: 'a', body: { contentType: 'text', content: 'a < b & c\r\nd' } }, facts)
    expect(message.body).toEqual({ text: 'a < b & c\nd', html: 'a &lt; b &amp; c<br>\nd' })
  })

  test('with 200 recipients, some of them odd', () => {
    const toRecipients = [
      null,
      { emailAddress: null },
      ...Array.from({ length: 200 }, (_, n) => ({ emailAddress: { address: `a${n}@b.c` } })),
    ]
    expect(messageFromGraph({ id: 'a', toRecipients }, facts).to).toHaveLength(200)
  })

  const names = [
    'message-get.json',
    'message-get-text-uniqueBody.json',
    'message-get-internetMessageHeaders.json',
    'createReply-response-201.json',
  ]
  const present = names.filter((name) => existsSync(new URL(name, samples)))
  test(`as Microsoft documents it (${present.length} samples here)`, () => {
    for (const name of present) {
      const message = messageFromGraph(JSON.parse(readFileSync(new URL(name, samples), 'utf8')), facts)
      expect(message.id).not.toBe('')
      expect(message.cut).toEqual([])
    }
  })
})

describe('what Graph is asked for', () => {
  test('is little where the recipe looks at little', () => {
    expect(selectFor(new Set(['subject']))).toBe('$select=id,isDraft,subject,from,receivedDateTime,conversationId,internetMessageId')
  })

  test('holds the body only where a recipe uses it', () => {
    const recipe = {
      name: 'Bodies',
      enabled: true,
      trigger: { kind: 'mail-received' as const },
      conditions: { all: [] },
      actions: [
        { kind: 'create-item' as const, board: { target: 'built-in' as const, id: 'b' }, name: '{{ message.body.text }}' },
      ],
    } // prettier-ignore
    expect(selectFor(fieldsNeeded([recipe]))).toMatch(/,body$/)
  })

  test('holds extended properties by their ids', () => {
    expect(decodeURIComponent(selectFor(new Set(['size', 'messageClass'])))).toMatch(
      /&\$expand=singleValueExtendedProperties\(\$filter=id eq 'Integer 0x0E08' or id eq 'String 0x001A'\)$/,
    )
  })
})
