// The page that is written while HTML is read: elements with their frames, cells for content between cells, numbers for lists.
import { attribute, countOf, hasNoMarkers, numberingOf } from './attributes.ts'
import { type Declarations, noDeclarations } from './declarations.ts'
import { isBlock, tableParts, tableSections } from './elements.ts'
import { type Frame, frameOf } from './frames.ts'
import { openHtmlWriter } from './html-writer.ts'
import { safeHtmlLimits } from './limits.ts'
import { type Look, plainLook, showsText } from './look.ts'
import { type OpenElement, openElements } from './open-elements.ts'
import { type Attributes, noAttributes } from './tokens.ts'

export type Page = ReturnType<typeof openPage>

export function openPage() {
  const writer = openHtmlWriter()
  const elements = openElements(plainLook, end)
  const lists: { isPlain: boolean; items: number }[] = []
  let [depth, quotes, preformatted] = [0, 0, 0]
  let isTooDeep = false

  /** Opens an element whose look is known. Returns the place of its tag. */
  function put(name: string, look: Look, wanted: Frame, more: Pick<OpenElement, 'lastWords' | 'after'> = {}): number {
    // One level more than allowed, so that it counts as too deep whenever it is read again.
    if (depth >= safeHtmlLimits.depth && wanted.tags > 0) isTooDeep = true
    const frame = depth > safeHtmlLimits.depth ? withoutTags(wanted) : wanted
    elements.push({ name, look, frame, isBlock: isBlock(name) || tableParts.has(name), ...more })
    if (look.isGone) return -1
    depth += frame.tags
    if (isPre(frame)) preformatted++
    standApart(frame)
    return frame.start === '' ? -1 : writer.tag(frame.start)
  }

  function end({ look, frame, lastWords, after }: OpenElement): void {
    if (lastWords !== undefined) write(look, lastWords)
    if (!look.isGone) {
      depth -= frame.tags
      if (isPre(frame)) preformatted--
      if (frame.end !== '') writer.tag(frame.end)
      standApart(frame)
    }
    after?.()
  }

  function standApart({ apart }: Frame): void {
    if (apart === 'block') writer.block()
    else if (apart !== '') writer.apart(apart)
  }

  function write(look: Look, words: string): void {
    if (showsText(look)) writer.text(words, look.whiteSpace, preformatted > 0 && look.whiteSpace === 'kept')
  }

  const endList = () => void lists.pop()

  function putList(name: string, attributes: Attributes, style: Declarations, look: Look, frame: Frame): void {
    if (look.isGone || frame.apart !== 'block') return void put(name, look, frame)
    const list = { isPlain: hasNoMarkers(style), items: 0 }
    lists.push(list)
    const after = endList
    if (list.isPlain) return void put(name, look, renamed(frame, 'div'), { after })
    if (name !== 'ol' || (attributes.size === 0 && style.size === 0)) return void put(name, look, frame, { after })
    const isReversed = attributes.has('reversed')
    const start = countOf(attributes.get('start'))
    const type = numberingOf(attributes, style)
    const numbered = (first: number | undefined) => {
      const from = first === undefined || (first === 1 && !isReversed) ? '' : attribute('start', String(first))
      return frame.start.replace('<ol', `<ol${from}${isReversed ? ' reversed' : ''}${type === '' ? '' : attribute('type', type)}`)
    }
    const place = put(name, look, { ...frame, start: numbered(start) }, { after: endNumbered })
    function endNumbered(): void {
      lists.pop()
      // A reversed list begins with the number of its items, which is known only at its end.
      if (isReversed && start === undefined && place >= 0) writer.rewrite(place, numbered(list.items))
    }
  }

  function putItem(attributes: Attributes, style: Declarations, look: Look, frame: Frame): void {
    const list = lists.at(-1)
    if (list !== undefined && !look.isGone) list.items++
    const value = countOf(attributes.get('value'))
    if (list?.isPlain === true || hasNoMarkers(style)) put('li', look, frame.apart === 'block' ? renamed(frame, 'div') : frame)
    else if (value === undefined) put('li', look, frame)
    else put('li', look, { ...frame, start: frame.start.replace('<li', `<li${attribute('value', String(value))}`) })
  }

  function putBetween(name: string, look: Look, frame: Frame, [first, lastWords]: readonly [string, string], after?: () => void): void {
    put(name, look, frame, { lastWords, after })
    write(look, first)
  }

  function putQuote(look: Look, frame: Frame): void {
    putBetween('q', look, frame, quotes++ % 2 === 0 ? ['“', '”'] : ['‘', '’'], () => void quotes--)
  }

  /** Words or other content directly in a table get a cell. */
  function ensureCell(): void {
    if (!isBetweenCells()) return
    const look = elements.look()
    if (elements.topName() !== 'tr') put('tr', look, bare('tr'))
    put('td', look, bare('td'))
  }

  const isBetweenCells = () => betweenCells.has(elements.topName())

  /** The row, section or table that this part of a table belongs to; everything open in it ends. */
  function openRoomFor(part: string): void {
    const isCell = part === 'td' || part === 'th'
    const room = isCell ? elements.nearestOf(rowsAndSections) : part === 'tr' ? elements.nearestOf(sections) : -1
    elements.closeFrom(Math.max(elements.placeOf('table'), room) + 1)
    if (isCell && elements.topName() !== 'tr') put('tr', elements.look(), bare('tr'))
  }

  return {
    writer,
    elements,
    put,
    putList,
    putItem,
    putBetween,
    putQuote,
    ensureCell,
    isBetweenCells,
    openRoomFor,
    words: (text: string) => write(elements.look(), text),
    isTooDeep: () => isTooDeep,
  }
}

const sections = [...tableSections]
const rowsAndSections = ['tr', ...sections]
const betweenCells = new Set(['table', ...rowsAndSections])

const isPre = ({ start }: Frame) => start.startsWith('<pre')
const bare = (name: string): Frame => frameOf(name, noAttributes, noDeclarations)

/** Shared, so that endless nesting takes as little memory as possible. */
const tagless = (apart: Frame['apart']): Frame => ({ start: '', end: '', tags: 0, apart })
const taglessFrames = { '': tagless(''), space: tagless('space'), line: tagless('line'), block: tagless('line') }
const withoutTags = ({ apart }: Frame): Frame => taglessFrames[apart]

const renamed = (frame: Frame, tag: string): Frame => ({
  ...frame,
  start: frame.start.replace(/^<\w+/, `<${tag}`),
  end: frame.end.replace(/<\/\w+>$/, `</${tag}>`),
})
