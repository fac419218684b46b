import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { safeBody } from '../../../server/html/safe-html.ts'

test.each([
  ['<p>Hello <b>you</b></p>', '<p>Hello <b>you</b></p>', 'Hello you'],
  ['<script>alert(1)</script><p>x</p>', '<p>x</p>', 'x'],
  ['<style>p{color:red}</style>x', 'x', 'x'],
  ['<p onclick="x()" style="color:red" class="a">x</p>', '<p>x</p>', 'x'],
  ['<img src="https://tracker.example/p.gif">x', 'x', 'x'],
  ['<a href="javascript:alert(1)">x</a>', '<a>x</a>', 'x'],
  ['<a href="java&#x0A;script:alert(1)">x</a>', '<a>x</a>', 'x'],
  ['<a href="/taskpane.html">x</a>', '<a>x</a>', 'x'],
  [`<a href="https://example.com/${'a'.repeat(8_000)}">x</a>`, '<a>x</a>', 'x'],
  ['<a href="//evil.example">x</a>', '<a>x</a>', 'x'],
  [
    '<a href="https://example.com/a">x</a>',
    '<a href="https://example.com/a" rel="noopener noreferrer nofollow" target="_blank">x</a>',
    'x',
  ],
  ['a<br>b', 'a<br />b', 'a\nb'],
  ['1 < 2 & 3', '1 &lt; 2 &amp; 3', '1 < 2 & 3'],
  ['', '', ''],
])('%s', (html, safe, text) => {
  expect(safeBody(html)).toEqual({ html: safe, text, isCut: false })
})

test.each([
  '<svg><script>alert(1)</script></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<!--><img src=x onerror=alert(1)>-->',
  '<template><img src=x onerror=alert(1)></template>',
  '<xmp><p title="</xmp><img src onerror=alert(1)>">',
  '<form action="https://evil.example"><input name=a><button formaction="javascript:x">b</button></form>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example">',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<object data="x"></object><embed src=x><link rel=stylesheet href=x>',
  '<p/onmouseover=alert(1)>x',
  '<a target="_self" href="https://example.com" ping="https://evil.example">x</a>',
])('nothing that runs or loads is left of %s', (html) => {
  expectHarmless(safeBody(html).html)
})

test('whatever comes in, what comes out is harmless and stays as it is', () => {
  const pieces = [
    '<',
    '>',
    '</',
    '/>',
    'script',
    'style',
    'a',
    'img',
    ' href=',
    ' onerror=',
    '"',
    "'",
    'javascript:',
    '<!--',
    '-->',
    '&#x3c;',
    'x',
    '<b>',
    '<table>',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
      const { html } = safeBody(parts.join(''))
      expectHarmless(html)
      expect(safeBody(html).html).toBe(html)
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['<td colspan=3 rowspan="2">x</td>', '<td colspan="3" rowspan="2">x</td>'],
  ['<td colspan=1000000 rowspan=1000000000>x</td>', '<td colspan="100" rowspan="1000">x</td>'],
  ['<th colspan="-1" rowspan="x">x</th>', '<th>x</th>'],
  ['<td colspan="99999999999999999999" rowspan="1e9">x</td>', '<td>x</td>'],
  ['<td colspan="0" rowspan="1">x</td>', '<td>x</td>'],
])('a cell spans no more than can be shown', (cell, shown) => {
  expect(safeBody(`<table><tr>${cell}</tr></table>`).html).toBe(`<table><tr>${shown}</tr></table>`)
})

test('links alone do not grow beyond what a body may be', () => {
  const { html, text, isCut } = safeBody('<a href="http://a">x</a>'.repeat(30_000))
  expect(html.length).toBeLessThanOrEqual(1_000_000)
  expect([text.slice(0, 3), isCut]).toEqual(['xxx', true])
})

describe('a body that is too much', () => {
  test('nested too deep: its text is kept', () => {
    const body = safeBody(`${'<div>'.repeat(100_000)}Hello`)
    expect(body).toEqual({ html: '<pre>Hello</pre>', text: 'Hello', isCut: true })
  })

  test('5 MB: its text is kept as far as it goes', () => {
    const body = safeBody(`<p>Hello</p><script>evil()</script>${'<p>more & more</p>'.repeat(300_000)}`)
    expect(body.isCut).toBe(true)
    expect(body.text.startsWith('Hello\nmore & more')).toBe(true)
    expect(body.text).not.toContain('evil')
    expect(body.text.length).toBeLessThanOrEqual(100_000)
    expectHarmless(body.html)
  })
})

const harmless = new Set(['href', 'rel', 'target', 'colspan', 'rowspan', 'start'])

function expectHarmless(html: string): void {
  const parser = new Parser({
    onopentag(name, attributes) {
      expect(name).not.toMatch(/^(script|style|img|svg|math|iframe|object|embed|form|input|button|base|meta|link|template|noscript|xmp)$/)
      for (const [attribute, value] of Object.entries(attributes)) {
        expect(harmless.has(attribute)).toBe(true)
        if (attribute === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/i)
      }
    },
    oncomment: (text) => expect(text).toBe('never'),
  })
  parser.write(html)
  parser.end()
}
