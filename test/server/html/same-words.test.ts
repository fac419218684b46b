// One converter: the text for conditions and columns, what a board shows and the text of that hold the same words in the same order,
// whatever was sent, and reading again what was shown changes nothing.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { mailFromEml } from '../../../sandbox/mail-from-eml.ts'
import { safeBody } from '../../../server/html/safe-html.ts'
import { messageFromGraph } from '../../../server/messages/message-from-graph.ts'
import { shelfFolder } from '../../specs/shelf.ts'
import { listMarker } from '../../../server/html/list-marker.ts'

const names =
  'p div span b i a table tr td th tbody thead caption blockquote center font form h1 h2 s strike q select option textarea button svg math xml o:p noscript template iframe style title ruby rt rp label details summary bdo section pre dl dt dd'.split(
    ' ',
  )
const lists = 'ul ol li menu'.split(' ')
const layouts = ['display:none', 'display:block', 'display:inline', 'display:inline-block;padding:2px', 'white-space:pre-wrap', 'opacity:0']
const looks = ['font-size:0', 'font-size:12px', 'visibility:hidden', 'visibility:visible', 'list-style:none', 'list-style-type:lower-roman']
const letters = ['text-decoration:line-through', 'font-family:Wingdings', 'direction:rtl', 'color:transparent', 'white-space:pre-line']
const attributes = [...layouts, ...looks, ...letters].map((style) => ` style="${style}"`)
const others = [' dir=rtl', ' reversed', ' start=4', ' value=9', ' type=a', ' href="https://a.example"', ' href="x"', ' class=c', ' hidden']
const words = [
  'one',
  ' two',
  'three ',
  ' ',
  '\n',
  '&nbsp;',
  '&nbsp;&zwnj;',
  '\r\n\r\nfour',
  'J',
  '\ufeff',
  '\n\nfive  six',
  '&lt;b&gt;',
  'שלום',
]
const voids = ['<br>', '<hr>', '<img alt=pic>', '<area href=https://a.example alt=area>', '<input type=submit value=go>', '<!-- c -->']
const odd = ['<style>.c{display:none}</style>', '<body dir=rtl>', '</body>', '<![CDATA[x]]>', '<![if !mso]>', '<', '&']
const leaves = [...voids, ...odd]

const markup = (tags: string[]) =>
  fc.array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom(...tags), fc.constantFrom('', '', ...attributes, ...others))
        .map(([tag, attribute]) => `<${tag}${attribute}>`),
      fc.constantFrom(...tags).map((tag) => `</${tag}>`),
      fc.constantFrom(...words),
      fc.constantFrom(...leaves),
    ),
    { maxLength: 40 },
  )

const read = (content: string) =>
  messageFromGraph({ id: 'm', body: { contentType: 'html', content } }, { addresses: [], seenAt: new Date(0) }).body

/** By a parser that knows nothing of ours. */
function lettersOf(html: string): string {
  let letters = ''
  const parser = new Parser({ ontext: (text) => (letters += text) })
  parser.write(html)
  parser.end()
  return dense(letters)
}

const dense = (text: string) => text.replace(/\s+/g, '')

function expectSame(content: string): { text: string; html: string } {
  const body = read(content)
  const update = safeBody(body.html)
  expect(update.text).toBe(body.text)
  expect(safeBody(content)).toEqual(update)
  expect(safeBody(update.html)).toEqual(update)
  return { text: body.text, html: update.html }
}

describe('text and update hold the same words in the same order', () => {
  test('of any markup', () => {
    fc.assert(
      fc.property(markup(names), (parts) => {
        const { text, html } = expectSame(parts.join(''))
        expect(dense(text)).toBe(lettersOf(html))
      }),
      { numRuns: 1500 },
    )
  })

  test('of lists, but for the marks that lists have', () => {
    fc.assert(
      fc.property(markup([...lists, ...lists, 'p', 'div', 'table', 'td', 'b']), (parts) => {
        const { text, html } = expectSame(parts.join(''))
        const without = text.split('\n').map((line) => line.replace(/^(- |[\divxlcdm]+\. |[a-z]+\. )/i, ''))
        expect(dense(without.join(''))).toBe(lettersOf(html))
      }),
      { numRuns: 500 },
    )
  })

  const shelf = shelfFolder('mail')
  const mails = shelf ? globSync('**/*.eml', { cwd: shelf }).toSorted() : []

  test(`of ${mails.length} real mails`, async () => {
    for (const name of mails) {
      const { body } = await mailFromEml(readFileSync(`${shelf}${name}`))
      if (body?.contentType !== 'html') continue
      const { text, html } = expectSame(body.content)
      if (!html.includes('<li')) expect([name, dense(text)]).toEqual([name, lettersOf(html)])
    }
  })
})

test('numbers of lists are written as lists write them', () => {
  expect([1, 4, 9, 14, 40, 1990].map((number) => listMarker(number, 'I'))).toEqual(['I. ', 'IV. ', 'IX. ', 'XIV. ', 'XL. ', 'MCMXC. '])
  expect([1, 26, 27, 702, 703].map((number) => listMarker(number, 'a'))).toEqual(['a. ', 'z. ', 'aa. ', 'zz. ', 'aaa. '])
  expect([0, -3, 4000].map((number) => listMarker(number, 'i'))).toEqual(['0. ', '-3. ', '4000. '])
})
