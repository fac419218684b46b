import { describe, expect, test } from '@jest/globals'
import { textOfPlain } from '../../../server/html/readable-text.ts'
import { textOfHtml } from './text-of-html.ts'

describe('the text of an HTML body', () => {
  test.each([
    ['words', 'Hello', 'Hello'],
    ['paragraphs', '<p>One</p><p>Two</p>', 'One\n\nTwo'],
    ['breaks', 'One<br>Two<br/>Three', 'One\nTwo\nThree'],
    ['divisions', '<div>One<div>Two</div></div><div>Three</div>', 'One\nTwo\nThree'],
    ['inline marks', 'A <b>bold</b> and <i>slanted</i>word', 'A bold and slantedword'],
    ['spaces between words', 'One   \n  two', 'One two'],
    ['a space at a mark', '<b>Total: </b>12', 'Total: 12'],
    ['lists', '<ul><li>One</li><li>Two</li></ul>', '- One\n- Two'],
    ['tables', '<table><tr><td>Total</td><td>12</td></tr><tr><td>Tax</td><td>3</td></tr></table>', 'Total 12\nTax 3'],
    ['entities', 'Caf&eacute; &amp; &#8364;&nbsp;5 &#x1F600;', 'Café & € 5 😀'],
    ['nothing of scripts', 'One<script>alert("two")</script> three', 'One three'],
    ['nothing of styles', '<style>p { color: red }</style><p>One</p>', 'One'],
    ['nothing of a title', '<head><title>No</title></head><body>Yes</body>', 'Yes'],
    ['nothing of comments', 'One<!-- two --><!--[if mso]>three<![endif]--> four', 'One four'],
    ['preformatted text', '<pre>  a\n   b</pre>', '  a\n   b'],
    ['no NUL', 'a\0b', 'ab'],
    ['half a pair', 'a\ud83d', 'a\ufffd'],
    ['a mark that never closes', 'One <b two', 'One'],
    ['an empty body', '', ''],
  ])('%s', (_name, html, text) => {
    expect(textOfHtml(html)).toEqual({ text, isCut: false })
  })

  test.each([
    ['200,000 nested divisions', '<div>'.repeat(200_000)],
    ['100,000 open marks', '<b>'.repeat(100_000)],
    ['a million signs', '<'.repeat(1_000_000)],
    ['comments that never close', '<!--'.repeat(250_000)],
    ['links that never close', '<a '.repeat(300_000)],
    ['250,000 attributes', `<p ${'a=1 '.repeat(250_000)}>`],
    ['half entities', '&amp'.repeat(250_000)],
  ])('%s come to an end, and what stands before them is kept', (_name, html) => {
    expect(textOfHtml(`<p>Before</p>${html}`).text).toMatch(/^Before/)
  })

  test('what does not fit is cut, and said to be', () => {
    const { text, isCut } = textOfHtml(`<p>${'word '.repeat(2_000_000)}</p>`)
    expect(isCut).toBe(true)
    expect(text).toHaveLength(262_144)
  })
})

describe('a body that is text', () => {
  test('keeps its lines', () => {
    expect(textOfPlain('One\r\nTwo\rThree\n\tFour\0')).toEqual({ text: 'One\nTwo\nThree\n\tFour', isCut: false })
  })

  test('has none of the characters that nobody sees', () => {
    expect(textOfPlain('C\uFEFFon\u200Bfirm\u00AD \u034F\u200C \u034F\u200C').text.trimEnd()).toBe('Confirm')
  })

  test('is cut where it is too long', () => {
    expect(textOfPlain('12345', 3)).toEqual({ text: '123', isCut: true })
  })
})
