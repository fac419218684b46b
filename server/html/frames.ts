// What is written around the content of an element: its tags from the closed list, and what separates its content from its
// neighbours.
import { attribute, directionOf } from './attributes.ts'
import { type Declarations, noDeclarations } from './declarations.ts'
import { boxes, boxLines, isBlock, isCell, shownAs, tableParts } from './elements.ts'
import { safeHtmlLimits } from './limits.ts'
import { keepsWhiteSpace, valueOf } from './look.ts'
import { type Attributes, noAttributes } from './tokens.ts'

export type Frame = { start: string; end: string; tags: number; apart: '' | 'space' | 'line' | 'block' }

export function frameOf(name: string, attributes: Attributes, style: Declarations): Frame {
  return attributes.size === 0 && style.size === 0 ? bareFrame(name) : frameWith(name, attributes, style)
}

const bareFrames = new Map<string, Frame>()

/** Most elements have no frame. Only names of HTML's elements are cached: a message may contain any number of others. */
function bareFrame(name: string): Frame {
  const known = bareFrames.get(name)
  if (known !== undefined) return known
  const frame = frameWith(name, noAttributes, noDeclarations)
  if (frame.start !== '') bareFrames.set(name, frame)
  return frame
}

function frameWith(name: string, attributes: Attributes, style: Declarations): Frame {
  const direction = directionOf(attributes, style)
  const apart = apartOf(name, style)
  const tag = tagOf(name, apart, direction, style)
  const isStruck = strikes(style) && !['s', 'del', 'table', 'tbody', 'thead', 'tfoot', 'tr', 'ul', 'ol', 'dl'].includes(tag)
  const own = ownAttributes(name, attributes) + (direction === '' ? '' : attribute('dir', direction))
  return {
    start: (tag === '' ? '' : `<${tag}${own}>`) + (isStruck ? '<s>' : ''),
    end: (isStruck ? '</s>' : '') + (tag === '' ? '' : `</${tag}>`),
    tags: (tag === '' ? 0 : 1) + (isStruck ? 1 : 0),
    apart,
  }
}

/** Relative links would point into this service. An invalid link would cost the sanitizer the square of its length. */
export function linkTo(href: string | undefined): string | undefined {
  const link = href?.trim() ?? ''
  return link.length <= safeHtmlLimits.href && /^(https?:\/\/|mailto:)/i.test(link) ? link : undefined
}

function apartOf(name: string, style: Declarations): Frame['apart'] {
  const display = valueOf(style, 'display')
  if (tableParts.has(name)) return 'block'
  if (isBlock(name)) {
    if (display === 'inline') return name === 'li' ? 'space' : ''
    return /^(inline-|table-cell)/.test(display) ? 'space' : 'block'
  }
  if (boxLines.has(name) || /^(block|flex|grid|list-item|flow-root|-webkit-box|table(?!-cell))/.test(display)) return 'line'
  if (boxes.has(name) || display === 'table-cell') return 'space'
  return /^inline-./.test(display) && hasRoomBeside(style) ? 'space' : ''
}

const hasRoomBeside = (style: Declarations) =>
  ['padding', 'padding-left', 'padding-right', 'margin', 'margin-left', 'margin-right', 'width'].some((side) =>
    /[1-9]/.test(valueOf(style, side)),
  )

function tagOf(name: string, apart: Frame['apart'], direction: string, style: Declarations): string {
  if (tableParts.has(name)) return name
  if (isBlock(name) && apart !== 'block') return direction === '' ? '' : 'span'
  const tag = shownAs(name)
  if (tag === '') return direction === '' ? '' : 'span'
  // Its line breaks and spaces are visible.
  return (tag === 'div' || tag === 'p') && keepsWhiteSpace(style) ? 'pre' : tag
}

const strikes = (style: Declarations) =>
  `${valueOf(style, 'text-decoration')} ${valueOf(style, 'text-decoration-line')}`.includes('line-through')

function ownAttributes(name: string, attributes: Attributes): string {
  if (name === 'a') {
    const link = linkTo(attributes.get('href'))
    return link === undefined ? '' : attribute('href', link)
  }
  return isCell(name) && name !== 'caption'
    ? span('colspan', attributes, safeHtmlLimits.columns) + span('rowspan', attributes, safeHtmlLimits.rows)
    : ''
}

/** A cell that spans a million columns makes the browser lay out all of them. */
function span(side: 'colspan' | 'rowspan', attributes: Attributes, most: number): string {
  const value = attributes.get(side) ?? ''
  const cells = /^\s*\d{1,15}\s*$/.test(value) ? Math.min(Number(value), most) : 1
  return cells > 1 ? attribute(side, String(cells)) : ''
}
