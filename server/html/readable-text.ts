// The text of an HTML body, for conditions and templates. It reads tokens and builds no tree, so that its time grows
// with the length of the mail alone, however deep or broken the markup is, and it stops when it has enough.
import { Tokenizer } from 'htmlparser2'

export const longestText = 262_144

export type ReadableText = { text: string; isCut: boolean }

export function textOfHtml(html: string, limit: number = longestText): ReadableText {
  const page = openPage(limit)
  let hidden: string | undefined
  let preformatted = 0
  const say = (words: string) => {
    if (hidden === undefined) page.write(words, preformatted > 0)
    if (page.isFull()) tokenizer.pause()
  }
  const tagName = (start: number, end: number) => html.slice(start, end).toLowerCase()
  const ignore = () => undefined
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => say(html.slice(start, end)),
      ontextentity: (codePoint) => say(String.fromCodePoint(codePoint)),
      oncdata: (start, end, endOffset) => say(html.slice(start, end - endOffset)),
      onopentagname(start, end) {
        const name = tagName(start, end)
        if (hidden === undefined && neverShown.has(name)) hidden = name
        if (name === 'pre') preformatted++
        if (hidden === undefined) page.separate(separators[name] ?? '', name === 'li' ? '- ' : '')
      },
      onclosetag(start, end) {
        const name = tagName(start, end)
        if (name === hidden) hidden = undefined
        if (name === 'pre' && preformatted > 0) preformatted--
        if (name !== 'br' && name !== 'li') page.separate(separators[name] ?? '')
      },
      onattribdata: ignore,
      onattribentity: ignore,
      onattribend: ignore,
      onattribname: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onopentagend: ignore,
      onprocessinginstruction: ignore,
      onselfclosingtag: () => (hidden = undefined),
    },
  )
  tokenizer.write(html)
  if (!page.isFull()) tokenizer.end()
  return page.finish()
}

/** A body that is text already: line ends made one, nothing that a database or a list cannot show. */
export function textOfPlain(plain: string, limit: number = longestText): ReadableText {
  const clean = printable(plain.slice(0, limit * 2)).replace(/\r\n?/g, '\n')
  return { text: clean.slice(0, limit).toWellFormed(), isCut: clean.length > limit || plain.length > limit * 2 }
}

/** Without NUL and the other controls, and without half characters. */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]/gu, '').toWellFormed()

const neverShown = new Set(['script', 'style', 'title', 'template'])

const line = '\n'
const paragraph = '\n\n'
const separators: Record<string, string> = {
  ...Object.fromEntries(['br', 'div', 'tr', 'li', 'dt', 'dd', 'hr', 'address', 'article', 'section', 'header', 'footer'].map((name) => [name, line])),
  ...Object.fromEntries(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'ul', 'ol', 'dl', 'blockquote', 'pre', 'body'].map((name) => [name, paragraph])),
  td: ' ',
  th: ' ',
} // prettier-ignore

/** Collects words; of several separators in a row the strongest counts. */
function openPage(limit: number) {
  const parts: string[] = []
  let length = 0
  let pending = ''
  let bullet = ''
  const add = (words: string) => {
    parts.push(words)
    length += words.length
  }
  return {
    write(raw: string, keepsSpace: boolean): void {
      const words = printable(keepsSpace ? raw : raw.replace(/\s+/g, ' '))
      const body = keepsSpace ? words : words.trimStart()
      if (body === '') {
        if (words !== '' && pending === '') pending = ' '
        return
      }
      if (body !== words && pending === '') pending = ' '
      if (length > 0) add(pending)
      if (bullet !== '') add(bullet)
      const kept = keepsSpace ? body : body.trimEnd()
      add(kept)
      pending = kept === body ? '' : ' '
      bullet = ''
    },
    separate(separator: string, nextBullet = ''): void {
      if (separator.length > pending.length || (separator.length === pending.length && separator === line)) pending = separator
      if (nextBullet !== '') bullet = nextBullet
    },
    isFull: () => length > limit,
    finish(): ReadableText {
      const text = parts.join('')
      return { text: text.slice(0, limit).toWellFormed(), isCut: text.length > limit }
    },
  }
}
