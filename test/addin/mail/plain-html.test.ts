import { expect, test } from '@jest/globals'
import { isPlainHtml } from '../../../addin/mail/plain-html.ts'

test.each([
  '',
  'no markup at all, a & b',
  '<p>Hello,</p><p>Total: <b>312.50</b><br>Due: 15 December</p>',
  '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body dir="ltr"><div class="elementToProof" style="font-family: Aptos, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);">Hi</div></body></html>',
  '<DIV STYLE="MARGIN-TOP:0"><FONT size=2 face="Arial">Hi</FONT></DIV>',
])('is plain: %j', (html) => {
  expect(isPlainHtml(html)).toBe(true)
})

test.each([
  '<div style="display:none">invoice</div><p>Hi</p>',
  '<span style="font-size:0">x</span>',
  '<span style="font-size:0.1px">x</span>',
  '<span style="mso-hide:all">x</span>',
  '<p style="color:#fff">x</p>',
  '<p style="color: white">x</p>',
  '<p hidden>x</p>',
  '<p dir="rtl">x</p>',
  '<p onclick="x">x</p>',
  '<a href="https://example.com">x</a>',
  '<a href="mailto:ann@example.com">ann@example.com</a>',
  '<img alt="Total: 12" src="cid:a">',
  '<ol><li>one</li></ol>',
  '<table><tr><td>a</td></tr></table>',
  '<style>.x{display:none}</style><p class="x">x</p>',
  '<!--[if mso]><p>x</p><![endif]-->',
  '<o:p>x</o:p>',
  '<pre>a  b</pre>',
  '<s>x</s>',
  '<p>1 < 2</p>',
  '<p title="a>b">x</p>',
  '<p',
])('is not plain: %j', (html) => {
  expect(isPlainHtml(html)).toBe(false)
})
