// HTML that came from outside becomes HTML that may be shown: a closed list of tags, links with http, https or mailto,
// no style, no image, nothing that runs. Deep nesting and great length are dangers by themselves: such a body is text only.
import { convert } from 'html-to-text'
import { Parser } from 'htmlparser2'
import type { IOptions } from 'sanitize-html'
import { textOfHtml } from '../html/readable-text.ts'

// Loaded after htmlparser2, which it requires in its turn: a loader that links both at once takes that for a cycle.
const { default: sanitizeHtml } = await import('sanitize-html')

export type SafeBody = { html: string; text: string; /** Only its text was kept, or not all of it. */ isCut: boolean }

export const safeHtmlLimits = { html: 1_000_000, depth: 256, text: 100_000 } as const
const { html: longest, depth: deepest, text: longestText } = safeHtmlLimits

export function safeBody(html: string): SafeBody {
  if (html.length > longest || isTooDeep(html)) return textOnly(html)
  const clean = sanitizeHtml(html, allowed).trim()
  const text = textOf(clean)
  return { html: clean, text: shortened(text), isCut: text.length > longestText }
}

const allowed: IOptions = {
  allowedTags: [
    'a', 'abbr', 'b', 'blockquote', 'br', 'caption', 'code', 'dd', 'del', 'div', 'dl', 'dt', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'ins',
    'li', 'ol', 'p', 'pre', 's', 'small', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul',
  ], // prettier-ignore
  allowedAttributes: { a: ['href', 'rel', 'target'], td: ['colspan', 'rowspan'], th: ['colspan', 'rowspan'], ol: ['start'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'template', 'xmp', 'iframe', 'object', 'svg', 'math'],
  parseStyleAttributes: false,
  transformTags: { a: (_tag, { href }) => ({ tagName: 'a', attribs: linkAttributes(href) }) },
}

/** Relative links would point into this service. */
const linkAttributes = (href: string | undefined): Record<string, string> =>
  href !== undefined && /^(https?:\/\/|mailto:)/i.test(href.trim())
    ? { href: href.trim(), rel: 'noopener noreferrer nofollow', target: '_blank' }
    : {}

const textOf = (html: string) =>
  convert(html, {
    wordwrap: false,
    limits: { maxInputLength: longest, maxDepth: deepest },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ],
  }).trim()

/** The parser's cost grows with the square of the depth, so it is measured first and given up in time. */
function isTooDeep(html: string): boolean {
  let depth = 0
  let isDeep = false
  const parser = new Parser({
    onopentag: () => {
      depth += 1
      if (depth <= deepest) return
      isDeep = true
      parser.pause()
    },
    onclosetag: () => {
      depth -= 1
    },
  })
  parser.write(html)
  if (!isDeep) parser.end()
  return isDeep
}

/** Without a tree: what stands between the tags, line by line. */
function textOnly(html: string): SafeBody {
  const { text: read, isCut } = textOfHtml(html, longestText - more.length)
  const text = read.replaceAll('\n\n', '\n') + (isCut ? more : '')
  return { html: `<pre>${escapeText(text)}</pre>`, text, isCut: true }
}

/** Says that there was more. */
const more = '\n[…]'

const shortened = (text: string) =>
  text.length > longestText
    ? text
        .slice(0, longestText - more.length)
        .toWellFormed()
        .trimEnd() + more
    : text.toWellFormed()

const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
