// Elements without content: line breaks, and the text shown for a picture or on a button.
import { attribute } from './attributes.ts'
import type { Declarations } from './declarations.ts'
import { withoutFiller } from './filler.ts'
import { linkTo } from './frames.ts'
import { mostAltLetters } from './limits.ts'
import { isTiny, lookOf, showsPictures, showsText } from './look.ts'
import type { Page } from './page.ts'
import { printable } from './printable.ts'
import type { Attributes } from './tokens.ts'

export function writeLeaf(page: Page, name: string, attributes: Attributes, style: Declarations): void {
  const { writer, elements } = page
  const look = lookOf(elements.look(), name, attributes, style)
  if (!showsPictures(look)) return
  const words = (text = '') =>
    printable(withoutFiller(text.slice(0, mostAltLetters)))
      .replace(/\s+/g, ' ')
      .trim()
  switch (name) {
    case 'br':
      return page.isBetweenCells() ? undefined : writer.lineBreak()
    case 'hr':
      if (page.isBetweenCells()) return
      writer.block()
      writer.tag('<hr />')
      return
    case 'img':
    case 'image':
      return isTiny(attributes, style) ? undefined : writePicture(page, words(attributes.get('alt')))
    case 'area':
      return writePicture(page, words(attributes.get('alt')), linkTo(attributes.get('href')))
    case 'input':
      return writeButton()
  }

  function writeButton(): void {
    const type = (attributes.get('type') ?? '').trim().toLowerCase()
    if (type === 'image') writePicture(page, words(attributes.get('alt')))
    else if (/^(submit|button|reset)$/.test(type) && showsText(look)) writePicture(page, words(attributes.get('value')))
  }
}

/** Separate from the words next to it, like the picture. */
function writePicture({ writer, ensureCell }: Page, words: string, link?: string): void {
  if (words === '') return
  ensureCell()
  writer.apart('space')
  if (link !== undefined) writer.tag(`<a${attribute('href', link)}>`)
  writer.text(words, 'collapsed', false)
  if (link !== undefined) writer.tag('</a>')
  writer.apart('space')
}
