// HTML as mail programs and newsletters write it: the same words in the text and on the board, where a reader sees them.
import { describe, expect, test } from '@jest/globals'
import { safeBody } from '../../../server/html/safe-html.ts'
import { textOfHtml } from './text-of-html.ts'

const H = 'https://pay.example'
const link = (words: string) => `<a href="${H}" rel="noopener noreferrer nofollow" target="_blank">${words}</a>`

function expectSeen(html: string, text: string, shown?: string): void {
  const safe = safeBody(html)
  expect([safe.text, safe.isCut]).toEqual([text, false])
  expect(textOfHtml(html).text).toBe(text)
  expect(safeBody(safe.html).html).toBe(safe.html)
  if (shown !== undefined) expect(safe.html).toBe(shown)
}

type Case = [html: string, text: string, shown?: string]

const neighbours =
  'form main aside nav figcaption fieldset summary address section article legend figure header footer details hgroup search'.split(' ')

const kinds: Record<string, Case[]> = {
  'pictures are their alternative text': [
    [`<a href=${H}><img alt="Pay invoice 4711"></a>`, 'Pay invoice 4711', link('Pay invoice 4711')],
    [`<a href=${H}><img alt=""></a>Hi`, 'Hi'],
    ['Great<img alt="😀">job', 'Great 😀 job'],
    [`<a href=${H}><img alt='Facture &amp; reçu'><img alt="ici"></a>`, 'Facture & reçu ici', link('Facture &amp; reçu ici')],
    ['<img alt="<b>請求書</b>">', '<b>請求書</b>', '&lt;b&gt;請求書&lt;/b&gt;'],
    ['<input type="image" alt="Buy"><input type=submit value="Send"><input type=hidden value="no">', 'Buy Send'],
    [`<map><area href=${H} alt="Shop"><area href=${H} alt="Help"></map>`, 'Shop Help', `${link('Shop')}${link(' Help')}`],
  ],
  'words outside the usual places of tables': [
    ['<table><caption>Invoice 4711</caption><tr><td>1</table>', 'Invoice 4711\n1'],
    ['<table>Invoice<tr>number<td>4711</td>due</tr>now</table>', 'Invoice\nnumber 4711 due\nnow'],
    ['<table><td>Total</td><td>12</td></table>', 'Total 12', '<table><tr><td>Total</td><td>12</td></tr></table>'],
    ['<table><tbody><td>Total<tr><td>12</table>', 'Total\n12'],
    ['<table><div>Total</div><tr><td>12</td></tr></table>', 'Total\n12'],
    ['<table><table><tr><td>Total</td></tr></table></table>', 'Total'],
    ['<table><form><tr><td>Total</td></tr></form></table>', 'Total', '<table><tr><td>Total</td></tr></table>'],
    ['<table><tr><td>a</td></tr></table></td></tr></table>b', 'a\n\nb'],
    ['<td>Total</td><td>12</td>', 'Total 12'],
  ],
  'nothing of raw markup': [
    ['<p>A</p><iframe><script src="u"></script></iframe>', 'A', '<p>A</p>'],
    ['<p>A</p><noembed><b>x</b></noembed><noframes><p>y</p></noframes>', 'A', '<p>A</p>'],
    ['<p>A</p><style>p{}</style><script>"<p>x</p>"</script>', 'A', '<p>A</p>'],
    ['A<!--[if mso]><p>x</p><![endif]--><![if !mso]>B<![endif]><!--[if !mso]><!-->C<!--<![endif]-->', 'ABC', 'ABC'],
    ['<svg><title>x</title><style>.a{}</style><path d="M0"/></svg><p>A</p>', 'A', '<p>A</p>'],
  ],
  'words of neighbours are not joined': [
    ['Total:<center>42 EUR</center>due', 'Total:\n42 EUR\ndue', 'Total:<div>42 EUR</div>due'],
    ...neighbours.map((name): Case => [`a<${name}>b</${name}>c`, 'a\nb\nc']),
    ['<span style="display:block">a</span><span style="display:block">b</span>', 'a\nb'],
    [`<a href=${H} style="display:inline-block;padding:4px">Yes</a><a href=${H} style="display:inline-block;padding:4px">No</a>`, 'Yes No'],
    ['<div style="display:inline">Bra</div><div style="display:inline">de</div>', 'Brade'],
    ['<button>Yes</button><button>No</button>', 'Yes No'],
    ['<select><option>Red<option>Blue</select>', 'Red\nBlue'],
    ['<p>a</p>b</p>c', 'a\n\nb\nc'],
    ['a<b>b</b><span>c</span><font>d</font>', 'abcd'],
  ],
  'blank lines are kept, two in a row at most': [
    ['Hello,<br><br>offer', 'Hello,\n\noffer'],
    ['<div>Hello,</div><div><br></div><div>offer</div>', 'Hello,\n\noffer'],
    ['Hello,<br>\n<br>\n<br>offer', 'Hello,\n\n\noffer'],
    [`Hello,${'<br>'.repeat(110)}offer`, 'Hello,\n\n\noffer', 'Hello,<br /><br /><br />offer'],
    ['<p>Hello,</p><p>&nbsp;</p><p>offer</p>', 'Hello,\n\noffer'],
    [`<p>Hello,</p>${'<p><o:p>&nbsp;</o:p></p>'.repeat(9)}<p>offer</p>`, 'Hello,\n\n\noffer'],
    ['<div>Hello,<br></div><div>offer</div>', 'Hello,\noffer'],
  ],
  'ordered lists have their numbers': [
    ['<ol><li>Open<li>Repeat step 1</ol>', '1. Open\n2. Repeat step 1'],
    ['<ol start="5"><li>a</li><li value="9">b</li><li>c</li></ol>', '5. a\n9. b\n10. c'],
    ['<ol reversed><li>a<li>b<li>c</ol>', '3. a\n2. b\n1. c', '<ol start="3" reversed><li>a</li><li>b</li><li>c</li></ol>'],
    ['<ol type="a"><li>a<ol type="I"><li>b<li>c</ol><li>d</ol>', 'a. a\nI. b\nII. c\nb. d'],
    ['<ol style="list-style-type:lower-roman"><li>a<li>b</ol>', 'i. a\nii. b'],
    ['<ol><li>a<ul><li>b</ul><li style="display:none">x<li>c</ol>', '1. a\n- b\n2. c'],
    ['<ol><li><p>a</p><p>b</p></li><li><p>c</p></li></ol>', '1. a\n\nb\n\n2. c'],
    ['<ul style="list-style:none"><li>Home<li>Shop</ul>', 'Home\nShop'],
  ],
  'direction is kept': [
    ['<div dir="rtl">שלום</div>', 'שלום', '<div dir="rtl">שלום</div>'],
    ['<p style="direction: RTL">مرحبا</p>', 'مرحبا', '<p dir="rtl">مرحبا</p>'],
    ['<html><body dir="rtl"><p>שלום</p></body></html>', 'שלום', '<div dir="rtl"><p>שלום</p></div>'],
    ['<span dir="auto">a</span><bdo dir=ltr>b</bdo>', 'ab', '<span dir="auto">a</span><span dir="ltr">b</span>'],
    ['<p dir="javascript:x">a</p>', 'a', '<p>a</p>'],
  ],
  'what is struck out is struck out': [
    ['<strike>50</strike> 40', '50 40', '<s>50</s> 40'],
    ['<span style="text-decoration:line-through">50</span> 40', '50 40', '<s>50</s> 40'],
    ['<p style="text-decoration-line: underline line-through !important">50</p>', '50', '<p><s>50</s></p>'],
    ['<del>50</del> <s>40</s>', '50 40', '<del>50</del> <s>40</s>'],
  ],
  'Wingdings are what they show': [
    ['<span style="font-family:Wingdings">J</span>', '☺'],
    ['<span style=\'font-family:"Wingdings"\'>§ à ü</span>', '▪ → ✓'],
    ['<font face="Wingdings">L</font> J', '☹ J'],
    ['<span style="font-family:Wingdings">&#61514;</span>', '☺'],
    ["<span style='font-family:Wingdings'>Ø<span style='font:7.0pt \"Times New Roman\"'>&nbsp;J </span></span>", '➢ J'],
    ['<span style="font-family:Symbol">·</span> <span style="font-family:Calibri,Wingdings">J</span>', '• J'],
  ],
  'spaces and line breaks that are seen': [
    ['<div style="white-space:pre-wrap">a\n  b</div>', 'a\n  b', '<pre>a\n  b</pre>'],
    ['<span style="white-space:pre-line">a\nb</span>', 'a\nb', 'a<br />b'],
    ['<pre>\r\na\r\n b\rc&#13;&#10;d</pre>', 'a\n b\nc\nd', '<pre>a\n b\nc\nd</pre>'],
    ['<pre>a<span style="white-space:normal">\n b</span></pre>', 'a b'],
    ['<textarea>a\nb</textarea>', 'a\nb'],
    ['<p>a\r\n   b</p>', 'a b', '<p>a b</p>'],
  ],
  'quotes and readings have their marks': [
    ['He said <q>yes</q>', 'He said “yes”'],
    ['<q>a <q>b</q></q>', '“a ‘b’”'],
    ['<q style="display:none">a</q>b<q>c</q>', 'b“c”'],
    ['<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>', '漢(kan)'],
    ['<ruby>漢<rt>kan<rt>x</ruby>', '漢(kan)(x)'],
  ],
  'broken markup loses no words': [
    [`<a href=${H}>one <a href=${H}>two</a>`, 'one two', `${link('one ')}${link('two')}`],
    ['<b><p>one</b>two</p>three', 'one\n\ntwo\nthree'],
    ['<p>one<div>two</p>three', 'one\n\ntwo\nthree'],
    ['</div></td></table>one', 'one'],
    ['<div><span><p>one</span>two</p></div>', 'onetwo'],
    ['<h1>one</h2>two', 'one\n\ntwo'],
    ['<html><body>one</body></html>two', 'one\ntwo'],
    ['&copy; 2026 &unknown; &#x1F600;&#0; &lt;b&gt;', '© 2026 &unknown; 😀\ufffd <b>'],
  ],
}

describe.each(Object.entries(kinds))('%s', (_kind, cases) => {
  test.each(cases.map(([html, ...seen]) => ({ html, seen })))('$html', ({ html, seen: [text, shown] }) => expectSeen(html, text, shown))
})
