// HTML that came from outside becomes HTML that may be shown: a closed list of tags, links with http, https or mailto,
// no style, no image, nothing that runs. Deep nesting and great length are dangers by themselves: such a body is text only.
// Time and memory grow with the length of the input alone; what is long is cleaned in a thread (see content/content.ts).
import { Parser } from 'htmlparser2'
import type { Attributes, IOptions } from 'sanitize-html'
import { textOfHtml } from './readable-text.ts'

// Loaded after htmlparser2, which it requires in its turn: a loader that links both at once takes that for a cycle.
const { default: sanitizeHtml } = await import('sanitize-html')

export type SafeBody = { html: string; text: string; /** Only its text was kept, or not all of it. */ isCut: boolean }

export const safeHtmlLimits = { html: 1_000_000, depth: 256, text: 100_000, columns: 100, rows: 1000, href: 8_000 } as const
const { html: longest, depth: deepest, text: longestText } = safeHtmlLimits

export function safeBody(html: string): SafeBody {
  if (html.length > longest || isTooDeep(html)) return textOnly(html)
  const clean = sanitizeHtml(html, allowed).trim()
  // Each link gains attributes: a body of links alone would grow to four times its length.
  if (clean.length > longest) return textOnly(html)
  const { text, isCut } = textOfHtml(clean, longestText - more.length)
  return { html: clean, text: isCut ? text.trimEnd() + more : text, isCut }
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
  transformTags: {
    a: (_tag, { href }) => ({ tagName: 'a', attribs: linkAttributes(href) }),
    td: (tagName, attribs) => ({ tagName, attribs: spanAttributes(attribs) }),
    th: (tagName, attribs) => ({ tagName, attribs: spanAttributes(attribs) }),
  },
}

/** Relative links would point into this service. A link that no browser would take costs the cleaner the square of its length. */
const linkAttributes = (href: string | undefined): Record<string, string> =>
  href !== undefined && href.length <= safeHtmlLimits.href && /^(https?:\/\/|mailto:)/i.test(href.trim())
    ? { href: href.trim(), rel: 'noopener noreferrer nofollow', target: '_blank' }
    : {}

/** A cell that spans a million columns makes whoever lays the table out work for all of them. */
function spanAttributes({ colspan, rowspan }: Attributes): Attributes {
  const span = (value: string | undefined, most: number) => (/^\s*\d{1,15}\s*$/.test(value ?? '') ? Math.min(Number(value), most) : 1)
  const [columns, rows] = [span(colspan, safeHtmlLimits.columns), span(rowspan, safeHtmlLimits.rows)]
  return { ...(columns > 1 ? { colspan: String(columns) } : {}), ...(rows > 1 ? { rowspan: String(rows) } : {}) }
}

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
  return { html: preformatted(text), text, isCut: true }
}

/** Says that there was more. */
const more = '\n[…]'

/** Plain text as HTML that shows it as it is. */
export const preformatted = (text: string): string =>
  `<pre>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</pre>`
