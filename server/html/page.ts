// The page that is written while HTML is read: elements with their frames, cells for what stands between cells, numbers for lists.
import { attribute, countOf, hasNoMarkers, numberingOf } from './attributes.ts'
import type { Declarations } from './declarations.ts'
import { isBlock, tableParts, tableSections } from './elements.ts'
import { type Frame, frameOf } from './frames.ts'
import { openHtmlWriter } from './html-writer.ts'
import { type Look, plainLook, showsText } from './look.ts'
import { openElements } from './open-elements.ts'
import type { Attributes } from './tokens.ts'

export type Page = ReturnType<typeof openPage>

export function openPage() {
  const writer = openHtmlWriter()
  const elements = openElements(plainLook)
  const lists: { isPlain: boolean; items: number }[] = []
  let [depth, deepest, quotes, preformatted] = [0, 0, 0, 0]

  const apart = (how: Frame['apart']) => (how === 'block' ? writer.block() : how === '' ? undefined : writer.apart(how))

  /** Opens an element whose look is known, and everything of it ends when it does. */
  function put(name: string, look: Look, frame: Frame, ending: { before?: () => void; after?: () => void } = {}): number {
    if (look.isGone) {
      elements.push({ name, look, isBlock: isBlock(name), end: () => undefined })
      return -1
    }
    apart(frame.apart)
    const place = frame.start === '' ? -1 : writer.tag(frame.start)
    depth += frame.tags
    deepest = Math.max(deepest, depth)
    const isPre = frame.start.startsWith('<pre')
    if (isPre) preformatted++
    elements.push({
      name,
      look,
      isBlock: isBlock(name) || tableParts.has(name),
      end() {
        ending.before?.()
        if (isPre) preformatted--
        depth -= frame.tags
        if (frame.end !== '') writer.tag(frame.end)
        apart(frame.apart)
        ending.after?.()
      },
    })
    return place
  }

  function putList(name: string, attributes: Attributes, style: Declarations, look: Look, frame: Frame): void {
    const list = { isPlain: hasNoMarkers(style), items: 0 }
    if (look.isGone || frame.apart !== 'block') return void put(name, look, frame)
    lists.push(list)
    const after = () => void lists.pop()
    if (list.isPlain) return void put(name, look, renamed(frame, 'div'), { after })
    if (name !== 'ol') return void put(name, look, frame, { after })
    const isReversed = attributes.has('reversed')
    const start = countOf(attributes.get('start'))
    const type = numberingOf(attributes, style)
    const write = (first: number | undefined) =>
      frame.start.replace(
        '<ol',
        () =>
          `<ol${first === undefined || (first === 1 && !isReversed) ? '' : attribute('start', String(first))}${isReversed ? ' reversed' : ''}${type === '' ? '' : attribute('type', type)}`,
      )
    const place = put(name, look, { ...frame, start: write(start) }, {
      after() {
        lists.pop()
        // Such a list begins with the number of its items, which is known at its end.
        if (isReversed && start === undefined) writer.rewrite(place, write(list.items))
      },
    }) // prettier-ignore
  }

  function putItem(attributes: Attributes, style: Declarations, look: Look, frame: Frame): void {
    const list = lists.at(-1)
    if (list !== undefined && !look.isGone) list.items++
    const value = countOf(attributes.get('value'))
    if (list?.isPlain === true || hasNoMarkers(style)) put('li', look, frame.apart === 'block' ? renamed(frame, 'div') : frame)
    else if (value === undefined) put('li', look, frame)
    else put('li', look, { ...frame, start: frame.start.replace('<li', () => `<li${attribute('value', String(value))}`) })
  }

  const isBetweenCells = () => betweenCells.has(elements.topName())

  function write(look: Look, words: string): void {
    if (showsText(look)) writer.text(words, look.whiteSpace, preformatted > 0 && look.whiteSpace === 'kept')
  }

  function putBetween(name: string, look: Look, frame: Frame, [first, last]: readonly [string, string], after?: () => void): void {
    put(name, look, frame, { before: () => write(look, last), ...(after ? { after } : {}) })
    write(look, first)
  }

  function putQuote(look: Look, frame: Frame): void {
    if (look.isGone) return void put('q', look, frame)
    putBetween('q', look, frame, quotes++ % 2 === 0 ? ['“', '”'] : ['‘', '’'], () => void quotes--)
  }

  return {
    writer,
    elements,
    put,
    putList,
    putItem,
    putBetween,
    putQuote,
    isBetweenCells,
    /** Where words, or anything that is no part of a table, stand straight in a table: they get a cell. */
    ensureCell(): void {
      if (!isBetweenCells()) return
      const look = elements.look()
      if (elements.topName() !== 'tr') put('tr', look, bare('tr'))
      put('td', look, bare('td'))
    },
    /** The row, the section or the table that this part of a table belongs into; what is open in it ends. */
    openRoomFor(part: string): void {
      const table = elements.placeOf('table')
      const room = part === 'td' || part === 'th' ? ['tr', ...tableSections] : part === 'tr' ? [...tableSections] : []
      elements.closeFrom(Math.max(table, elements.nearestOf(room)) + 1)
      if ((part === 'td' || part === 'th') && elements.topName() !== 'tr') put('tr', elements.look(), bare('tr'))
    },
    words: (text: string) => write(elements.look(), text),
    isTooDeep: (most: number) => deepest > most,
  }
}

const betweenCells = new Set(['table', 'tr', ...tableSections])

const bare = (name: string): Frame => frameOf(name, new Map(), new Map())

const renamed = (frame: Frame, tag: string): Frame => ({
  ...frame,
  start: frame.start.replace(/^<\w+/, `<${tag}`),
  end: frame.end.replace(/<\/\w+>$/, `</${tag}>`),
})
