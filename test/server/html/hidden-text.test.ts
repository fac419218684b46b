// Text that nobody sees is no text, in whatever way it is hidden; and what is seen stays, however it is styled.
import { describe, expect, test } from '@jest/globals'
import { safeBody } from '../../../server/html/safe-html.ts'
import { textOfHtml } from './text-of-html.ts'

function expectText(html: string, text: string): void {
  expect(textOfHtml(html).text).toBe(text)
  expect(safeBody(html).text).toBe(text)
}

const hidden = [
  '<div style="display:none">invoice</div>',
  '<div style="DISPLAY : NONE ! important">invoice</div>',
  '<div style="color:red;/* ; */display:\n none">invoice</div>',
  '<div style="d\\69splay:no\\6e e">invoice</div>',
  `<div style='background:url("data:image/png;base64,AA;=");display:none'>invoice</div>`,
  '<div style="display:none!important;display:block">invoice</div>',
  '<div style="mso-hide:all">invoice</div>',
  '<div hidden>invoice</div>',
  '<div hidden="hidden">invoice</div>',
  '<span style="font-size:0">invoice</span>',
  '<span style="font-size:0px !important">invoice</span>',
  '<span style="font:0/0 a">invoice</span>',
  '<div style="font-size:0"><p>invoice</p><p style="font-size:2em">invoice</p></div>',
  '<span style="font-size:1px;line-height:1px;color:#ffffff">invoice</span>',
  '<div style="max-height:0;overflow:hidden">invoice</div>',
  '<div style="max-height:0.0px">invoice</div>',
  '<div style="opacity:0">invoice</div>',
  '<div style="opacity:0.00"><b style="opacity:1">invoice</b></div>',
  '<div style="opacity:0;opacity:x">invoice</div>',
  '<span style="font-size:calc(0px)">invoice</span>',
  '<div style="transform: rotate(3deg) scale(0)">invoice</div>',
  '<div style="transform:scaleY(0.0)">invoice</div>',
  '<div style="scale:0">invoice</div>',
  '<div style="visibility:hidden">invoice</div>',
  '<div style="height:0;overflow:hidden">invoice</div>',
  '<div style="width:1px;height:1px;overflow:hidden;position:absolute;clip:rect(0,0,0,0)">invoice</div>',
  '<div style="position:absolute;left:-9999px">invoice</div>',
  '<div style="text-indent:-9999em">invoice</div>',
  '<span style="color:transparent">invoice</span>',
  '<span style="color:rgba(0, 0, 0, 0)">invoice</span>',
  '<div style="display:none"><p>invoice</p><table><tr><td style="display:block">invoice</td></tr></table></div>',
  '<table><tr style="display:none"><td>invoice</td></tr></table>',
  '<p style="display:none">invoice',
  '<ul><li style="display:none">invoice</ul>',
  '<div style="display:none"><img alt="invoice"></div>',
  '<img width="1" height="1" alt="invoice"><img style="width:0" alt="invoice"><img style="display:none" alt="invoice">',
  '<style>.preheader{display:none}</style><div class="x preheader">invoice</div>',
  '<style type="text/css"><!-- /* a */ #pre , td.x { color : red ; DISPLAY : none !important } --></style><p id="PRE">invoice</p>',
  '<style>@import url(x); span{visibility:hidden}</style><span>invoice</span>',
  '<style>@media screen{.a{display:none}}</style><i class=a>invoice</i>',
  '<style>i{display:block}.a{display:none}.b{color:red}</style><i class="a b">invoice</i>',
  '<datalist><option>invoice</datalist>',
  '<template>invoice</template>',
  '<dialog>invoice</dialog>',
]

describe('text that nobody sees is no text', () => {
  test.each(hidden)('%s', (html) => expectText(`${html}<p>Hi</p>`, 'Hi'))

  test('a word that was cut by hidden letters is whole', () => {
    expectText('Bra<span style="display:none">x9</span>de', 'Brade')
    expectText('счё<b style="font-size:0">x</b>т', 'счёт')
    expectText('発<i hidden>x</i>注', '発注')
    expectText('In<u style="mso-hide:all">-</u>voice', 'Invoice')
  })
})

const seen = [
  '<div style="display:block">invoice</div>',
  '<div style="display:none;display:block">invoice</div>',
  '<div hidden style="display:block">invoice</div>',
  '<div style="visibility:hidden"><p style="visibility:visible">invoice</p></div>',
  '<td style="font-size:0"><span style="font-size:14px">invoice</span>',
  '<div style="font-size:0"><font size=3>invoice</font></div>',
  '<div style="font-size:0"><img alt="invoice"></div>',
  '<span style="font-size:8px">invoice</span>',
  '<div style="height:0">invoice</div>',
  '<div style="width:0">invoice</div>',
  '<div style="max-height:0;overflow:visible">invoice</div>',
  '<div style="max-height:100px;overflow:hidden">invoice</div>',
  '<div style="height:0;padding-bottom:50%;overflow:hidden">invoice</div>',
  '<table><tr><td style="max-width:0;overflow:hidden">invoice</td></tr></table>',
  '<div style="opacity:0.5">invoice</div>',
  '<div style="opacity:0;opacity:80%">invoice</div>',
  '<div style="font-size:calc(1px + 1em)">invoice</div>',
  '<div style="transform:scale(0.9)">invoice</div>',
  '<div style="scale:0.8">invoice</div>',
  '<span style="color:transparent"><b style="color:black">invoice</b></span>',
  '<span style="color:transparent;background-clip:text">invoice</span>',
  '<span style="color:rgb(0,0,0)">invoice</span>',
  '<a href="https://pay.example" style="mso-hide:all">invoice</a>',
  '<div aria-hidden="true">invoice</div>',
  '<div style="content:\'display:none\'">invoice</div>',
  '<div class="display:none" title="display:none">invoice</div>',
  '<p style="display:none">x<p>invoice',
  '<table><tr><td style="display:none">x<td>invoice</table>',
  '<style>@media (max-width:600px){.a{display:none}} @media print{.a{display:none}} @font-face{font-family:x}</style><i class=a>invoice</i>',
  '<style media="print">p{display:none}</style><p>invoice</p>',
  '<style>.a .b{display:none} .a:hover{display:none} .b>i{display:none}</style><i class="b">invoice</i>',
  '<style>.a{display:none}.b{display:inline}</style><i class="a b">invoice</i>',
  '<style>.a{display:none}</style><i class=a style="display:inline">invoice</i>',
  '<details><summary>invoice</summary></details>',
  '<noscript>invoice</noscript>',
  '<video>invoice</video>',
]

describe('what is seen stays, however it is styled', () => {
  test.each(seen)('%s', (html) => expectText(html, 'invoice'))
})

describe("nothing of Office's settings", () => {
  const settings = '<xml><o:PixelsPerInch>96</o:PixelsPerInch></xml>'
  test.each([
    [`${settings}<p>Hello</p>`],
    [`<noscript>${settings}</noscript><p>Hello</p>`],
    [`<noscript>${settings}<p>Hello</p></noscript>`],
    [`<!--[if gte mso 9]>${settings}<![endif]--><p>Hello</p>`],
    ['<xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><p>Hello</p>'],
    ['<o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings><p>Hello</p>'],
    ['<xml><w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml><p>Hello</p>'],
    ['<XML><x:ExcelWorkbook><x:Name>Sheet1</x:Name></x:ExcelWorkbook></XML><p>Hello</p>'],
    ['<xml><o:PixelsPerInch>96<p>Hello</p>'],
    ['<p class="MsoNormal">Hello<o:p></o:p></p>'],
    ['<p><st1:PersonName w:st="on">Hello</st1:PersonName></p>'],
    ['<w:sdt><p>Hello</p></w:sdt>'],
  ])('%s', (html) => {
    expect(safeBody(html).html).toBe('<p>Hello</p>')
    expectText(html, 'Hello')
  })
})

describe('filler is gone, and what joins letters stays', () => {
  test.each([
    ['an invisible tail', `Hello${'&#847;&zwnj;&nbsp;&#8203;&#65279;&shy;'.repeat(60)}`, 'Hello'],
    ['filler before the words', '<span>&#8204;&#8205;&lrm;&rlm;&#8288; </span><p>Hello</p>', 'Hello'],
    ['within a word', 'C&#xFEFF;on&#x200B;fi&shy;rm', 'Confirm'],
    ['joiners that join nothing', 'in&zwj;vo&zwnj;ice', 'invoice'],
    ['direction marks among Latin letters', '&lrm;12&rlm; EUR', '12 EUR'],
    ['in alternative text', '<img alt="Pay&shy;ment">', 'Payment'],
    ['families', '👨‍👩‍👧 and 🏳️‍🌈 and 👩🏽‍💻', '👨‍👩‍👧 and 🏳️‍🌈 and 👩🏽‍💻'],
    ['Persian', 'می‌خواهم', 'می‌خواهم'],
    ['Hindi', 'क्‍ष', 'क्‍ष'],
    ['Sinhala', 'ශ්‍රී', 'ශ්‍රී'],
    ['direction marks among Hebrew letters', 'שלום‏ (12)', 'שלום‏ (12)'],
  ])('%s', (_name, html, text) => {
    expectText(html, text)
    expect(safeBody(html).html).not.toMatch(/\u034F|[\u00AD\u200B\u2060\uFEFF]/)
  })
})
