// The visible text of HTML, line by line, for conditions, columns and updates. It is made only from the output of shown-html.ts, so
// text and HTML have the same words in the same order.
import { withoutFiller } from './filler.ts'
import { listMarker } from './list-marker.ts'
import { printable } from './printable.ts'
import { openTextLines } from './text-lines.ts'
import { readTokens, type Attributes } from './tokens.ts'

export const longestText = 262_144

export type ReadableText = { text: string; isCut: boolean }

export function textOfShown(shown: string, limit: number = longestText): ReadableText {
  const lines = openTextLines(limit)
  const lists: { next: number; step: number; type: string | undefined }[] = []
  let preformatted = 0

  function open(name: string, attributes: Attributes): void {
    if (name === 'br') return lines.lineBreak()
    if (name === 'td' || name === 'th') return lines.space()
    if (name === 'pre') preformatted++
    separate(name)
    if (name === 'ul' || name === 'ol') {
      const next = Number(attributes.get('start') ?? 1)
      lists.push({ next, step: attributes.has('reversed') ? -1 : 1, type: name === 'ol' ? (attributes.get('type') ?? '1') : undefined })
    }
    if (name === 'li') lines.marker(markerOf(attributes.get('value')))
  }

  function markerOf(value: string | undefined): string {
    const list = lists.at(-1)
    if (list?.type === undefined) return '- '
    const number = value === undefined ? list.next : Number(value)
    list.next = number + list.step
    return listMarker(number, list.type)
  }

  function close(name: string): void {
    if (name === 'br') return
    if (name === 'td' || name === 'th') return lines.space()
    if (name === 'pre') preformatted--
    if (name === 'ul' || name === 'ol') lists.pop()
    if (name === 'li') lines.marker('')
    separate(name)
  }

  function separate(name: string): void {
    if (paragraphs.has(name) || ((name === 'ul' || name === 'ol') && lists.length === 0)) lines.paragraph()
    else if (lineElements.has(name)) lines.line()
  }

  readTokens(shown, {
    open,
    close,
    text: (words) => lines.write(words, preformatted > 0),
    isForeign: () => false,
    hasEnough: lines.isFull,
  })
  return lines.finish()
}

/** A body that is already text: one kind of line end, and nothing that is invisible or that a database or a list cannot show. */
export function textOfPlain(plain: string, limit: number = longestText): ReadableText {
  const clean = withoutFiller(printable(plain.slice(0, limit * 2))).replace(/\r\n?/g, '\n')
  return { text: clean.slice(0, limit).toWellFormed(), isCut: clean.length > limit || plain.length > limit * 2 }
}

const paragraphs = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'dl', 'blockquote', 'pre'])
const lineElements = new Set(['div', 'tr', 'li', 'dt', 'dd', 'hr', 'caption', 'ul', 'ol'])
