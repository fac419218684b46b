// Turns original HTML into HTML as a reader sees it, with a closed list of tags and without style: hidden text is removed, pictures
// become their alternative text, and words are where they may be. Only this file decides that: the text for conditions and columns,
// what a board shows and its text are all made from the output, and running the output through again changes nothing.
// It reads tokens and builds no tree: its time grows only with the length of the message, however deep or broken the markup is.
import { directionOf } from './attributes.ts'
import { type Declarations, noDeclarations } from './declarations.ts'
import { endedBySibling, endsParagraph, formatting, isBlock, isOfOffice, isPlainHtml, tableParts, voids } from './elements.ts'
import { withoutFiller } from './filler.ts'
import { frameOf } from './frames.ts'
import { writeLeaf } from './leaves.ts'
import { mostMarks, mostStyleLetters } from './limits.ts'
import { lookOf } from './look.ts'
import { openPage } from './page.ts'
import { printable } from './printable.ts'
import { openStyleRules } from './style-rules.ts'
import { inSymbols } from './symbol-fonts.ts'
import { type Attributes, noAttributes, readTokens } from './tokens.ts'

export type ShownHtml = { html: string; isTooDeep: boolean; /** Not all of it was read. */ isCut: boolean }

export function shownHtml(html: string, mostLetters: number): ShownHtml {
  const page = openPage()
  const { elements, writer } = page
  const rules = openStyleRules()
  let marks = 0
  let isStyleForAll = true
  let hasDirection = false
  let styleLetters = 0
  const hasEnough = () => marks > mostMarks || writer.letters() > mostLetters

  function open(name: string, attributes: Attributes, isSelfClosed: boolean): void {
    marks += 1 + attributes.size
    if (elements.look().isGone || isForeign()) leaveOtherMarkup(name)
    if (isRoot(name)) return openRoot(attributes, rules.of(name, attributes))
    if (name === 'style') isStyleForAll = ['', 'all', 'screen'].includes((attributes.get('media') ?? '').trim().toLowerCase())
    const style = rules.of(name, attributes)
    endWhatIsOver(name)
    if (voids.has(name)) return writeLeaf(page, name, attributes, style)
    if (tableParts.has(name) && name !== 'table') {
      if (elements.placeOf('table') < 0) return standApart(name)
      page.openRoomFor(name)
    }
    const look = lookOf(elements.look(), name, attributes, style)
    if (page.isBetweenCells() && (name === 'table' || !tableParts.has(name)) && !look.isGone) {
      if (name === 'form') return
      page.ensureCell()
    }
    const frame = frameOf(name, attributes, style)
    if (name === 'ul' || name === 'ol' || name === 'menu' || name === 'dir') page.putList(name, attributes, style, look, frame)
    else if (name === 'li') page.putItem(attributes, style, look, frame)
    else if (name === 'q') page.putQuote(look, frame)
    else if (name === 'rt') page.putBetween(name, look, frame, ['(', ')'])
    else page.put(name, look, frame)
    // HTML has no such end tags; only foreign elements have them.
    if (isSelfClosed && (isOfOffice(name) || isForeign())) elements.closeFrom(elements.topPlace())
  }

  /** Office's settings, svg and math contain no HTML: what is still open of them ends where HTML continues. */
  function leaveOtherMarkup(name: string): void {
    if (!isPlainHtml(name)) return
    if (isForeign()) elements.closeFrom(elements.nearestOf(foreign))
    else if (elements.outermostSetting() >= 0) elements.closeFrom(elements.outermostSetting())
  }

  /** A browser ignores a second one, and its end: what follows is shown. A mail system may have added it on the way. */
  function openRoot(attributes: Attributes, style: Declarations): void {
    writer.apart('line')
    if (hasDirection || page.isBetweenCells() || directionOf(attributes, style) === '') return
    endWhatIsOver('div')
    hasDirection = true
    page.put('root', elements.look(), frameOf('div', new Map([['dir', directionOf(attributes, style)]]), noDeclarations))
  }

  function endWhatIsOver(name: string): void {
    if (endsParagraph(name) && elements.placeOf('p') > elements.nearestWall()) elements.closeFrom(elements.placeOf('p'))
    const over = endedBySibling.get(name)
    if (over === undefined) return
    const sibling = elements.nearestOf(over.siblings)
    if (sibling > Math.max(elements.nearestOf(over.within), elements.nearestWall())) elements.closeFrom(sibling)
  }

  /** A part of a table outside of a table. */
  const standApart = (name: string) => writer.apart(name === 'td' || name === 'th' ? 'space' : 'line')

  const isForeign = () => elements.nearestOf(foreign) > elements.placeOf('foreignobject')

  function close(name: string): void {
    marks++
    if (name === 'br') return writeLeaf(page, name, noAttributes, noDeclarations)
    if (tableParts.has(name) && elements.placeOf('table') < 0) return standApart(name)
    if (isRoot(name)) return writer.apart('line')
    const place = /^h[1-6]$/.test(name) ? elements.nearestOf(headings) : elements.placeOf(name)
    // A browser opens a paragraph for an end tag without one.
    if (place < 0) return name === 'p' ? writer.apart('line') : undefined
    if (tableParts.has(name)) {
      if (name === 'table' || place > elements.placeOf('table')) elements.closeFrom(place)
      return
    }
    if (place < elements.nearestWall()) return
    if (isBlock(name) || formatting.has(name) || place > elements.nearestBlock()) elements.closeFrom(place)
  }

  function text(words: string): void {
    if (elements.topName() === 'style' && isStyleForAll) addRules(words)
    if (elements.look().isGone) return
    for (let at = 0; at < words.length && !hasEnough();) {
      const end = endOfPiece(words, at)
      putWords(words.slice(at, end))
      at = end
    }
  }

  function addRules(css: string): void {
    styleLetters += css.length
    if (styleLetters <= mostStyleLetters) rules.add(css)
  }

  function putWords(words: string): void {
    const look = elements.look()
    const lines = words.includes('\r') ? words.replace(/\r\n?/g, '\n') : words
    if (page.isBetweenCells()) {
      if (lines.trim() === '') return
      page.ensureCell()
    }
    const seen = printable(withoutFiller(lines))
    page.words(look.symbolFont === undefined ? seen : inSymbols(seen, look.symbolFont))
  }

  readTokens(html, { open, close, text, isForeign, hasEnough })
  elements.closeFrom(0)
  return { html: writer.finish(), isTooDeep: page.isTooDeep(), isCut: hasEnough() }
}

/** Avoids holding a text of many megabytes as one string. */
const pieceLetters = 250_000

/** Never splits a character or a line break in two. */
function endOfPiece(words: string, at: number): number {
  let end = at + pieceLetters
  while (end < words.length && /[\r\ud800-\udbff]|\u200d/.test(words[end - 1] ?? '')) end += 1
  return Math.min(end, words.length)
}

const isRoot = (name: string) => name === 'html' || name === 'body' || name === 'head'
const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6']
const foreign = ['svg', 'math']
