// Turns outside HTML into HTML that may be shown. shown-html.ts writes what a reader sees with a closed list of tags; this is the
// gate behind it, which lets nothing else through: links with http, https or mailto, no style, no image, nothing that runs. Deep
// nesting and great length are dangerous in themselves: such a body becomes text. Time and memory grow only with the length of the
// input; long input is sanitized in a thread (see content/content.ts).
import type { Attributes, IOptions } from 'sanitize-html'
import { escaped } from './escaped.ts'
import { linkTo } from './frames.ts'
import { safeHtmlLimits } from './limits.ts'
import { textOfShown } from './readable-text.ts'
import { type ShownHtml, shownHtml } from './shown-html.ts'

// Loaded after htmlparser2, which it also requires: a loader that links both at once sees a cycle.
const { default: sanitizeHtml } = await import('sanitize-html')

export type SafeBody = { html: string; text: string; /** Only its text was kept, or only part of it. */ isCut: boolean }

const { html: longest, text: longestText } = safeHtmlLimits

export function safeBody(html: string): SafeBody {
  const shown = shownHtml(html, longest)
  if (shown.isTooDeep || shown.html.length > longest) return textOnly(shown)
  const clean = sanitizeHtml(shown.html, allowed)
  // Each link gains attributes: a body with nothing but links would grow to four times its length.
  if (clean.length > longest) return textOnly(shown)
  const { text, isCut } = textOfShown(clean, longestText - more.length)
  return { html: clean, text: isCut ? text.trimEnd() + more : text, isCut: isCut || shown.isCut }
}

const allowed: IOptions = {
  allowedTags: [
    'a', 'abbr', 'b', 'blockquote', 'br', 'caption', 'code', 'dd', 'del', 'div', 'dl', 'dt', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'ins',
    'li', 'ol', 'p', 'pre', 's', 'small', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul',
  ], // prettier-ignore
  allowedAttributes: {
    '*': ['dir'],
    a: ['href', 'rel', 'target'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
    ol: ['start', 'reversed', 'type'],
    li: ['value'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'template', 'xmp', 'iframe', 'object', 'svg', 'math'],
  parseStyleAttributes: false,
  transformTags: { a: (_tag, { href, dir }) => ({ tagName: 'a', attribs: { ...linkAttributes(href), ...(dir ? { dir } : {}) } }) },
}

const linkAttributes = (href: string | undefined): Attributes => {
  const link = linkTo(href)
  return link === undefined ? {} : { href: link, rel: 'noopener noreferrer nofollow', target: '_blank' }
}

/** Without a tree: the text between the tags, line by line. */
function textOnly(shown: ShownHtml): SafeBody {
  const { text: read, isCut } = textOfShown(shown.html, longestText - more.length)
  const text = read.replaceAll('\n\n', '\n') + (isCut || shown.isCut ? more : '')
  return { html: preformatted(text), text, isCut: true }
}

/** Marks that there was more. */
const more = '\n[…]'

/** Plain text as HTML that shows it unchanged. */
export const preformatted = (text: string): string => `<pre>${escaped(text)}</pre>`
