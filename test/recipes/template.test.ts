import { expect, test } from '@jest/globals'
import { parseTemplate, renderTemplate, templateNames } from '../../recipes/template.ts'
import { scopeOf, type BoardScope } from '../../recipes/template-names.ts'
import { aMessage } from './builders.ts'

const scope = scopeOf(
  aMessage({
    subject: 'Tom & <b>Ann</b>',
    to: [
      { name: 'Bob', address: 'bob@example.com' },
      { name: '', address: 'c@example.com' },
    ],
    body: { text: 'Ref: AB-12\nTOTAL: 12.50 EUR\n', html: '<p>Total &amp; <b>more</b></p>' },
  }),
)

test.each([
  ['plain text', 'plain text'],
  ['{{ message.subject }}', 'Tom & <b>Ann</b>'],
  ['{{ message.from.name }} {{message.from.address}}', 'Ann Lee ann@example.org'],
  ['{{ message.to }}', 'Bob <bob@example.com>, c@example.com'],
  ['[{{ message.cc }}]', '[]'],
  ["{{ message['subject'] }}", 'Tom & <b>Ann</b>'],
  ["{{ message.receivedAt | date: '%d/%m/%Y' }}", '31/01/2026'],
  ["{{ message.receivedAt | date: '%H:%M', 'Europe/Paris' }}", '11:20'],
  ['{{ message.receivedAt | date }}', '2026-01-31'],
  ["{{ 'now' | date: '%Y' }}", ''],
  ["{{ message.body.text | extract: 'Total: ([0-9.]+)' }}", '12.50'],
  ["{{ message.body.text | extract: '[A-Z]+-[0-9]+' }}", 'AB-12'],
  ["{{ message.body.text | extract: 'zebra (.*)' }}", ''],
  ["{{ message.body.text | extract: '(zebra)|Ref: (\\S+)' }}", 'AB-12'],
  ["{{ message.body.text | extract: 'zebra' | default: 'none' }}", 'none'],
  ['{{ message.body.html }}', '<p>Total &amp; <b>more</b></p>'],
  ['{{ message.subject | upcase | downcase | capitalize }}', 'Tom & <b>ann</b>'],
  ['{{ message.subject | truncate: 8 }}', 'Tom &...'],
  ["{{ message.subject | replace: '&', 'and' | remove: '<b>' }}", 'Tom and Ann</b>'],
  ["{{ message.subject | prepend: 'Re: ' | append: '!' }}", 'Re: Tom & <b>Ann</b>!'],
  ["{{ message.to | split: ', ' | last }}", 'c@example.com'],
  ["{{ message.to | split: ', ' | join: ' + ' }}", 'Bob <bob@example.com> + c@example.com'],
  ['{{ message.subject | slice: 0, 3 }} {{ message.subject | size }}', 'Tom 16'],
  ["{{ '  x ' | strip }}", 'x'],
  ['{{ message.body.text | newline_to_br }}', 'Ref: AB-12\nTOTAL: 12.50 EUR\n'],
  ['a }} b {# c #}', 'a }} b {# c #}'],
])('the template %s', (template, rendered) => {
  expect(parseTemplate(template, 'mail')).toEqual({ template })
  expect(renderTemplate(template, scope, 'text')).toBe(rendered)
})

test.each([
  ['{{ message.subject }}', 'Tom &amp; &lt;b&gt;Ann&lt;/b&gt;'],
  ['<i>{{ message.subject }}</i>', '<i>Tom &amp; &lt;b&gt;Ann&lt;/b&gt;</i>'],
  ['{{ message.subject | escape }}', 'Tom &amp; &lt;b&gt;Ann&lt;/b&gt;'],
  [
    '{{ message.subject | escape | append: message.subject }}',
    'Tom &amp;amp; &amp;lt;b&amp;gt;Ann&amp;lt;/b&amp;gt;Tom &amp; &lt;b&gt;Ann&lt;/b&gt;',
  ],
  ['{{ message.body.html }}', '<p>Total &amp; <b>more</b></p>'],
  ["{{ message.body.html | replace: '<b>', '' }}", '<p>Total &amp; more</b></p>'],
  [
    '{{ message.body.html | append: message.subject }}',
    '&lt;p&gt;Total &amp;amp; &lt;b&gt;more&lt;/b&gt;&lt;/p&gt;Tom &amp; &lt;b&gt;Ann&lt;/b&gt;',
  ],
  ["{{ 'x' | default: message.body.html }}", 'x'],
  ["{{ '' | append: message.body.html }}", '&lt;p&gt;Total &amp;amp; &lt;b&gt;more&lt;/b&gt;&lt;/p&gt;'],
  ['{{ message.body.text }}', 'Ref: AB-12<br>TOTAL: 12.50 EUR<br>'],
  ['{{ message.body.text | newline_to_br | escape }}', 'Ref: AB-12<br>TOTAL: 12.50 EUR<br>'],
])('for HTML, the template %s is escaped', (template, rendered) => {
  expect(renderTemplate(template, scope, 'html')).toBe(rendered)
})

const refused: [template: string, code: string, position?: { line: number; column: number }][] = [
  ['{{ message.nope }}', 'unknown-name', { line: 1, column: 4 }],
  ['a\n{{ message.subject }} {{ nope }}', 'unknown-name', { line: 2, column: 26 }],
  ['{{ message }}', 'unknown-name'],
  ['{{ message.from }}', 'unknown-name'],
  ['{{ message.subject.size }}', 'unknown-name'],
  ['{{ message[message.subject] }}', 'unknown-name'],
  ['{{ message.__proto__ }}', 'unknown-name'],
  ['{{ constructor.name }}', 'unknown-name'],
  ["{{ 'a' | append: message.nope }}", 'unknown-name'],
  ['{{ item.name }}', 'unknown-name'],
  ['{{ message.subject | nope }}', 'bad-template', { line: 1, column: 1 }],
  ['{{ message.subject | raw }}', 'bad-template', { line: 1, column: 1 }],
  ['{% if message.subject %}x{% endif %}', 'bad-template', { line: 1, column: 1 }],
  ['{% assign a = 1 %}', 'bad-template', { line: 1, column: 1 }],
  ['{% raw %}{% endraw %}', 'bad-template', { line: 1, column: 1 }],
  ['{{ message.subject', 'bad-template', { line: 1, column: 1 }],
  ['{{ }}', 'bad-template', { line: 1, column: 4 }],
  ['{{ (1..100000000) }}', 'bad-template'],
  ["{{ 'a' | append: (1..9) }}", 'bad-template'],
  ["{{ message.receivedAt | date: '%Y', 'Nowhere/Town' }}", 'bad-template'],
  ['x'.repeat(4001), 'bad-template'],
  ["{{ message.body.text | extract: '(' }}", 'bad-pattern'],
  ["{{ message.body.text | extract: '(?=a)' }}", 'bad-pattern'],
  ['{{ message.body.text | extract: message.subject }}', 'bad-pattern'],
  ['{{ message.body.text | extract }}', 'bad-pattern'],
  ["{{ message.body.text | extract: '\\8' }}", 'bad-pattern'],
]

test.each(refused.map(([template, code, position]) => ({ template, code, position })))(
  'the template $template is refused',
  ({ template, code, position }) => {
    const fault = { code, detail: expect.any(String), ...(position === undefined ? {} : { position }) }
    expect(parseTemplate(template, 'mail')).toEqual({ issues: [expect.objectContaining(fault)] })
  },
)

const boardScope: BoardScope = {
  item: { name: 'Item', url: 'https://x.example/1', columns: { amount: '12' } },
  update: { text: 'Hi' },
  owner: { name: 'Ann' },
}

test.each([
  ['{{ item.name }} {{ item.url }} {{ update.text }} {{ owner.name }}', 'Item https://x.example/1 Hi Ann'],
  ['{{ item.columns.amount }}', '12'],
  ['[{{ item.columns.gone }}]', '[]'],
  ["{{ item.columns['amount'] }}", '12'],
])('on boards, the template %s', (template, rendered) => {
  expect(parseTemplate(template, 'board')).toEqual({ template })
  expect(renderTemplate(template, boardScope, 'text')).toBe(rendered)
})

test.each(['{{ message.subject }}', '{{ item.columns }}', '{{ item.columns.a.b }}'])('on boards, %s is no name', (template) => {
  expect(parseTemplate(template, 'board')).toHaveProperty('issues.0.code', 'unknown-name')
})

test('what a mail holds is never a template', () => {
  const hostile = scopeOf(aMessage({ subject: "{{ message.body.text }}{% if true %}{{ 'x' | upcase }}" }))
  expect(renderTemplate('{{ message.subject }}', hostile, 'text')).toBe("{{ message.body.text }}{% if true %}{{ 'x' | upcase }}")
})

test('a name that the scope inherits is no value', () => {
  expect(renderTemplate('[{{ message.toString }}{{ message.constructor.name }}]', scope, 'text')).toBe('[]')
})

test('a text too large for the filters is shortened, and said to be', () => {
  const huge = scopeOf(aMessage({ body: { text: 'a'.repeat(3_000_000), html: '' } }))
  let cuts = 0
  const rendered = renderTemplate("{{ message.body.text | replace: 'a', 'bb' }}", huge, 'text', { onCut: () => (cuts += 1) })
  expect(rendered).toBe('bb'.repeat(20_000))
  expect(cuts).toBe(1)
})

test('a template that multiplies a large body stops', () => {
  const huge = scopeOf(aMessage({ body: { text: '', html: 'a'.repeat(3_000_000) } }))
  let cuts = 0
  expect(renderTemplate('{{ message.body.html }}'.repeat(100), huge, 'html', { onCut: () => (cuts += 1) }).length).toBe(6_000_000)
  expect(cuts).toBe(1)
})

test('templateNames tells every name, filter arguments too', () => {
  expect(templateNames("{{ message.subject | append: message.from.name }} {{ message.subject }}{{ 'x' }}")).toEqual([
    'message.subject',
    'message.from.name',
  ])
  expect(templateNames('{{ broken')).toEqual([])
})
