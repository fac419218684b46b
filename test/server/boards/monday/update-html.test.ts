import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mostUpdateLetters, plainUpdate, updateHtml } from '../../../../server/boards/monday/update-html.ts'
import { safeBody } from '../../../../server/html/safe-html.ts'

const made = (html: string) => updateHtml(safeBody(html)).html

describe('only the plainest tags are written', () => {
  test.each([
    ['<p>Hello <b>you</b> and <i>all</i></p>', '<p>Hello <b>you</b> and <i>all</i></p>'],
    ['<div>One</div><div>Two<br>Three</div>', '<p>One</p><p>Two<br>Three</p>'],
    ['<h2>Title</h2>Text', '<p><b>Title</b></p><p>Text</p>'],
    ['<a href="https://a.example/?x=1&amp;y=2">Open</a>', '<p><a href="https://a.example/?x=1&amp;y=2">Open</a></p>'],
    ['<a href="javascript:alert(1)">Open</a>', '<p>Open</p>'],
    ['<ul><li>One</li><li>Two<ol><li>Deep</li></ol></li></ul>', '<ul><li>One</li><li>Two<ol><li>Deep</li></ol></li></ul>'],
    ['<ul><li><p>One</p><p>Two</p></li></ul>', '<ul><li>One<br>Two</li></ul>'],
    ['<blockquote>Quote</blockquote>After', '<blockquote><p>Quote</p></blockquote><p>After</p>'],
    ['<table><tr><td>A</td><td>B</td></tr><tr><td>C</td><td>D</td></tr></table>', '<p>A B </p><p>C D </p>'],
    ['<pre>a\n b</pre>', '<p>a<br> b</p>'],
    ['<b>one<p>two</p></b>three', expect.stringMatching(/^<p><b>one<\/b><\/p><p><b>two<\/b><\/p><p>three<\/p>$/)],
    ['5 < 6 & "7"', '<p>5 &lt; 6 &amp; "7"</p>'],
    ['<img src="x" alt="A cat">', expect.not.stringContaining('<img')],
    ['<script>alert(1)</script><style>p{}</style>', ''],
  ])('%s', (html, written) => expect(made(html)).toEqual(written))
})

const fragments = ['<p>', '</p>', '<b>', '</b>', '<i>', '</i>', '<ul>', '<li>', '</li>', '</ul>', '<ol>', '</ol>', '<blockquote>', '</blockquote>', '<a href="https://x.example">', '</a>', '<td>', '<tr>', '<table>', '</table>', '<br>', '<h1>', '</h1>', '<pre>', '</pre>', 'word', ' & ', '<', '\n', '<u>', '</u>', '<div>', '</div>'] // prettier-ignore
const anyHtml = fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(''))
const tags = /<\/?(p|br|b|strong|i|em|u|ul|ol|li|blockquote|a)( href="[^"<>]*")?>/g

test('whatever comes, what goes out is well nested, of the listed tags, and holds the same words', () => {
  fc.assert(
    fc.property(anyHtml, (html) => {
      const body = safeBody(html)
      const { html: written, isCut } = updateHtml(body)
      expect(written.replaceAll(tags, '')).not.toMatch(/[<>]/)
      const open: string[] = []
      for (const [tag, name] of written.matchAll(tags)) {
        if (name === 'br') continue
        if (tag.startsWith('</')) expect([written, open.pop()]).toEqual([written, name])
        else open.push(name ?? '')
      }
      expect([written, open]).toEqual([written, []])
      const words = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, '')
      expect([words(written), isCut]).toEqual([words(body.html), body.isCut])
    }),
    { numRuns: 2000 },
  )
})

test('what is too long is cut, said to be, and still well formed', () => {
  const { html, isCut } = updateHtml(safeBody(`<ul><li>${'&amp; words '.repeat(5000)}</li></ul>`))
  expect([isCut, html.endsWith('</li></ul><p>[…]</p>')]).toEqual([true, true])
  expect(html.length).toBeLessThan(mostUpdateLetters + 100)
  const many = updateHtml(safeBody('<p>word</p>'.repeat(5000)))
  expect([many.isCut, many.html.length < mostUpdateLetters + 100]).toEqual([true, true])
  expect(updateHtml({ html: '<p>a</p>', isCut: true }).isCut).toBe(true)
})

test('a megabyte takes no time', () => {
  const from = performance.now()
  updateHtml({ html: '<b><i>'.repeat(80_000) + 'x', isCut: false })
  updateHtml({ html: '<li><p>'.repeat(80_000) + 'x', isCut: false })
  updateHtml({ html: '<blockquote>'.repeat(80_000) + 'x', isCut: false })
  expect(performance.now() - from).toBeLessThan(3000)
})

test('words alone, for a body that is refused', () => {
  expect(plainUpdate({ text: 'a < b\n@everyone' })).toBe('a &lt; b<br>@everyone')
  expect(plainUpdate({ text: '😀'.repeat(20_000) }).isWellFormed()).toBe(true)
})
