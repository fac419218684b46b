// An update as monday.com takes it. Which tags it accepts and how much is not documented: only the plainest are written, everything
// else is a line of its own or its words, and what is too long is cut. It reads tokens and builds no tree: its time grows with its length.
import type { SafeBody } from '../../html/safe-html.ts'
import { escaped, escapedAttribute } from '../../html/escaped.ts'
import { readTokens, type Attributes } from '../../html/tokens.ts'

export const mostUpdateLetters = 20_000

export type UpdateHtml = { html: string; isCut: boolean }

const inline: Record<string, string> = { b: 'b', strong: 'strong', i: 'i', em: 'em', u: 'u', ins: 'u' }
const containers = new Set(['ul', 'ol', 'blockquote'])
const headings = /^h[1-6]$/
const inLine = new Set(['a', 'abbr', 'span', 'small', 'sub', 'sup', 's', 'del', 'code', 'td', 'th', ...Object.keys(inline)])
const more = '<p>[…]</p>'
/** What is nested deeper stands at this depth. */
const deepest = 50

type Open = { name: string; start: string; end: string }

export function updateHtml({ html, isCut: wasCut }: Pick<SafeBody, 'html' | 'isCut'>): UpdateHtml {
  const out: string[] = []
  const boxes: Open[] = []
  const marks: Open[] = []
  let letters = 0
  let isCut = false
  let isInLine = false
  /** Something stands on the line, so that a break has something to break. */
  let hasWords = false
  let preformatted = 0

  const write = (text: string) => {
    out.push(text)
    letters += text.length
  }
  const isInItem = () => boxes.at(-1)?.name === 'li'
  const beginLine = () => {
    if (isInLine) return
    if (!isInItem()) write('<p>')
    else if (hasWords) write('<br>')
    for (const { start } of marks) write(start)
    isInLine = true
  }
  const endLine = () => {
    if (!isInLine) return
    for (const { end } of marks.toReversed()) write(end)
    if (!isInItem()) write('</p>')
    isInLine = false
  }
  const enter = (name: string) => {
    endLine()
    if (boxes.length >= deepest) return
    const box = { name, start: `<${name}>`, end: `</${name}>` }
    boxes.push(box)
    write(box.start)
    hasWords = false
  }
  const leave = (name: string) => {
    endLine()
    if (!boxes.some((box) => box.name === name)) return
    for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
      write(box.end)
      if (box.name === name) break
    }
    hasWords = true
  }
  const mark = (name: string, start: string, end: string) => {
    if (marks.length >= deepest) return
    marks.push({ name, start, end })
    if (isInLine) write(start)
  }
  const unmark = (name: string) => {
    const at = marks.findLastIndex((open) => open.name === name)
    if (at === -1) return
    const [closed, ...inside] = marks.splice(at)
    if (isInLine) for (const { end } of [...(closed === undefined ? [] : [closed]), ...inside].toReversed()) write(end)
    for (const { name: other, start, end } of inside) mark(other, start, end)
  }

  function open(name: string, attributes: Attributes): void {
    if (name === 'br') return isInLine ? write('<br>') : undefined
    if (name === 'pre') preformatted += 1
    if (name === 'a') return openLink(attributes.get('href'))
    const tag = inline[name]
    if (tag !== undefined) return mark(name, `<${tag}>`, `</${tag}>`)
    if (name === 'li') return boxes.some((box) => box.name === 'ul' || box.name === 'ol') ? enterItem() : endLine()
    if (containers.has(name)) return enter(name)
    if (headings.test(name)) {
      endLine()
      return mark(name, '<b>', '</b>')
    }
    if (!inLine.has(name)) endLine()
  }

  function enterItem(): void {
    if (isInItem()) leave('li')
    enter('li')
  }

  function openLink(href: string | undefined): void {
    if (href !== undefined && /^(https?:\/\/|mailto:)/i.test(href)) mark('a', `<a href="${escapedAttribute(href)}">`, '</a>')
  }

  function close(name: string): void {
    if (name === 'pre') preformatted -= 1
    if (name === 'td' || name === 'th') return text(' ')
    if (headings.test(name)) {
      endLine()
      return unmark(name)
    }
    if (name === 'a' || inline[name] !== undefined) return unmark(name)
    if (name === 'li' || containers.has(name)) return leave(name)
    if (!inLine.has(name)) endLine()
  }

  function text(words: string): void {
    if (!isInLine && words.trim() === '') return
    beginLine()
    hasWords = true
    const whole = preformatted > 0 ? escaped(words).replaceAll('\n', '<br>') : escaped(words)
    const room = mostUpdateLetters - letters
    if (whole.length <= room) return write(whole)
    isCut = true
    // Some of the escaped characters are longer than they look: half of the room is enough of a text that has none left.
    write(escaped(words.slice(0, Math.max(0, Math.floor(room / 2)))).replace(/[\ud800-\udbff]$/, ''))
  }

  readTokens(html, { open, close, text, isForeign: () => false, hasEnough: () => isCut || letters > mostUpdateLetters })
  isCut ||= letters > mostUpdateLetters
  endLine()
  for (const { end } of boxes.toReversed()) write(end)
  return { html: out.join('') + (isCut ? more : ''), isCut: isCut || wasCut }
}

/** For a body that was refused: its words alone. */
export function plainUpdate({ text }: Pick<SafeBody, 'text'>): string {
  const short = text.slice(0, mostUpdateLetters / 2).replace(/[\ud800-\udbff]$/, '')
  return escaped(short).replaceAll('\n', '<br>')
}
