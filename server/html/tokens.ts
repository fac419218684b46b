// HTML as a sequence of tags and texts. Only attributes that decide what is visible are kept: the rest of the markup, however long, costs
// little. Text between two tags comes as a whole, with entities decoded, so that marks of several characters are seen together.
import { Tokenizer } from 'htmlparser2'

export type Attributes = ReadonlyMap<string, string>

export const noAttributes: Attributes = new Map()

export type TokenReader = {
  open(name: string, attributes: Attributes, isSelfClosed: boolean): void
  close(name: string): void
  text(words: string): void
  /** Within svg or math, where other rules apply. */
  isForeign(): boolean
  /** No more needs to be read. */
  hasEnough(): boolean
}

export function readTokens(html: string, reader: TokenReader): void {
  let words: string[] = []
  let tag = ''
  let attributes: Map<string, string> | undefined
  let attribute = ''
  let value: string[] = []

  const flush = () => {
    if (words.length === 0) return
    const text = words.length === 1 ? (words[0] ?? '') : words.join('')
    words = []
    reader.text(text)
  }
  const endTag = (isSelfClosed: boolean) => {
    reader.open(tag, attributes ?? noAttributes, isSelfClosed)
    attributes = undefined
    if (reader.hasEnough()) tokenizer.pause()
  }
  const nameAt = (start: number, end: number) => html.slice(start, end).toLowerCase()
  const ignore = () => undefined

  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => words.push(html.slice(start, end)),
      ontextentity: (codePoint) => words.push(String.fromCodePoint(codePoint)),
      oncdata: (start, end, endOffset) => void (reader.isForeign() && words.push(html.slice(start, end - endOffset))),
      onopentagname(start, end) {
        flush()
        tag = nameAt(start, end)
      },
      onattribname: (start, end) => (attribute = end - start > longestName ? '' : nameAt(start, end)),
      onattribdata: (start, end) => void (wanted.has(attribute) && value.push(html.slice(start, end))),
      onattribentity: (codePoint) => void (wanted.has(attribute) && value.push(String.fromCodePoint(codePoint))),
      onattribend() {
        if (!wanted.has(attribute)) return
        attributes ??= new Map()
        if (!attributes.has(attribute)) attributes.set(attribute, value.join(''))
        value = []
      },
      onopentagend: () => endTag(false),
      onselfclosingtag: () => endTag(true),
      onclosetag(start, end) {
        flush()
        reader.close(nameAt(start, end))
        if (reader.hasEnough()) tokenizer.pause()
      },
      isInForeignContext: () => reader.isForeign(),
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onprocessinginstruction: ignore,
    },
  )
  tokenizer.write(html)
  if (!reader.hasEnough()) tokenizer.end()
  flush()
}

const longestName = 20
const wanted = new Set([
  'alt', 'class', 'colspan', 'dir', 'face', 'height', 'hidden', 'href', 'id', 'media', 'open', 'reversed', 'rowspan', 'size', 'start', 'style', 'type',
  'value', 'width',
]) // prettier-ignore
