// What a reader sees of an element and its content: nothing, only pictures, or everything; with which font, and with or without its
// line breaks. A look is inherited; an element takes what it does not change from its parent.
import type { Declarations } from './declarations.ts'
import { isNeverShown, tableParts } from './elements.ts'
import { type SymbolFont, symbolFontOf } from './symbol-fonts.ts'
import type { Attributes } from './tokens.ts'

export type WhiteSpace = 'collapsed' | 'lines' | 'kept'
export type Look = {
  /** With all its content, whatever the content's own styles say. */
  isGone: boolean
  /** Unless something in it is made visible again. */
  isInvisible: boolean
  hasInk: boolean
  fontPx: number
  symbolFont: SymbolFont | undefined
  whiteSpace: WhiteSpace
}

export const plainLook: Look = {
  isGone: false,
  isInvisible: false,
  hasInk: true,
  fontPx: 16,
  symbolFont: undefined,
  whiteSpace: 'collapsed',
}
const goneLook: Look = { ...plainLook, isGone: true }

/** Letters of one pixel are invisible. A picture in such a text is visible. */
const leastPx = 1
export const showsText = ({ isGone, isInvisible, hasInk, fontPx }: Look) => !isGone && !isInvisible && hasInk && fontPx > leastPx
export const showsPictures = ({ isGone, isInvisible }: Look) => !isGone && !isInvisible

export function lookOf(parent: Look, name: string, attributes: Attributes, style: Declarations): Look {
  if (parent.isGone || (attributes.size === 0 && style.size === 0 && !speaksForItself(name))) return parent
  if (isGone(name, attributes, style)) return goneLook
  const changes: Partial<Look> = {
    ...(style.has('visibility') ? { isInvisible: /^(hidden|collapse)/.test(valueOf(style, 'visibility')) } : {}),
    ...(style.has('color') ? { hasInk: !isTransparent(style) } : {}),
    ...fontChanges(parent, name, attributes, style),
    ...whiteSpaceChanges(name, style),
  }
  return Object.keys(changes).length === 0 ? parent : { ...parent, ...changes }
}

/** Without any attribute. */
const keepsSpaces = new Set(['pre', 'listing', 'xmp', 'plaintext', 'textarea'])
const speaksForItself = (name: string) => isNeverShown(name) || keepsSpaces.has(name) || name === 'dialog'

export const valueOf = (style: Declarations, name: string): string => style.get(name)?.value ?? ''

function isGone(name: string, attributes: Attributes, style: Declarations): boolean {
  if (isNeverShown(name)) return true
  const display = valueOf(style, 'display')
  if (display === 'none') return true
  if (display === '' && (attributes.has('hidden') || (name === 'dialog' && !attributes.has('open')))) return true
  if (style.size === 0) return false
  // If Outlook draws a link's button itself, the link is hidden from Outlook, but its words are visible.
  if (valueOf(style, 'mso-hide') === 'all' && name !== 'a') return true
  if (isLittle(valueOf(style, 'opacity'), 0.01)) return true
  return isClipped(name, style) || isOffScreen(style) || isScaledAway(style)
}

function isClipped(name: string, style: Declarations): boolean {
  const [x, y] = valueOf(style, 'overflow').split(/\s+/)
  const overflows = [valueOf(style, 'overflow-x') || x, valueOf(style, 'overflow-y') || (y ?? x)]
  if (isLittle(valueOf(style, 'max-height'), leastPx) && overflows[1] !== 'visible') return true
  if (/^rect\(\s*[01](px)?[\s,]+[01](px)?[\s,]+[01](px)?[\s,]+[01](px)?\s*\)$/.test(valueOf(style, 'clip'))) return true
  if (/^(inset\(\s*(50|100)%|circle\(\s*0)/.test(valueOf(style, 'clip-path'))) return true
  const clips = overflows.some((one) => one !== undefined && one !== '' && one !== 'visible')
  // A cell grows with its content.
  if (!clips || tableParts.has(name)) return false
  if (['width', 'max-width'].some((side) => isLittle(valueOf(style, side), leastPx))) return true
  // A padded box without height reserves space for content on top of it.
  const isPadded = ['padding', 'padding-top', 'padding-bottom'].some((side) => /[1-9]/.test(valueOf(style, side)))
  return !isPadded && isLittle(valueOf(style, 'height'), leastPx)
}

/** A tracking picture. */
export function isTiny(attributes: Attributes, style: Declarations): boolean {
  const side = (name: 'width' | 'height') => valueOf(style, name) || (attributes.get(name) ?? '').trim()
  return isLittle(side('width'), leastPx) || isLittle(side('height'), leastPx)
}

function isOffScreen(style: Declarations): boolean {
  if (Number.parseFloat(valueOf(style, 'text-indent')) <= farAway) return true
  if (!/^(absolute|fixed)/.test(valueOf(style, 'position'))) return false
  return ['left', 'top'].some((side) => Number.parseFloat(valueOf(style, side)) <= farAway)
}

const farAway = -900

const isScaledAway = (style: Declarations) =>
  /^0(\.0*)?( |%|$)/.test(valueOf(style, 'scale')) || toNothing.test(valueOf(style, 'transform'))
const toNothing = /\bscale(3d|x|y)?\(\s*[+-]?(0+(\.0*)?|\.0+)%?\s*[,)]/

function isTransparent(style: Declarations): boolean {
  const isCut = valueOf(style, 'background-clip') === 'text' || valueOf(style, '-webkit-background-clip') === 'text'
  return !isCut && hasNoOpacity(valueOf(style, 'color'))
}

/** `rgb(0, 0, 0)` has three numbers and no opacity; `rgb(0 0 0 / 0)` has the opacity after the slash. */
function hasNoOpacity(color: string): boolean {
  if (color === 'transparent' || /^#([\da-f]{6}00|[\da-f]{3}0)$/.test(color)) return true
  const [, inner = ''] = /^(?:rgb|hsl)a?\(([^)]*)\)$/.exec(color) ?? []
  const parts = inner.split(/[,/]/)
  return (parts.length === 4 || parts.length === 2) && Number.parseFloat(parts.at(-1) ?? '') === 0
}

/** In pixels, or as a fraction; `auto`, `inherit` and relative values do not count as small. */
function isLittle(value: string, most: number): boolean {
  const [, number, unit = ''] = /^\+?(\d+(?:\.\d+)?|\.\d+)(px|pt|%|em|rem|vh|vw|cm|mm|in)?$/.exec(value) ?? []
  if (number === undefined) return false
  const size = Number(number)
  return size === 0 || (size <= most && (unit === '' || unit === 'px' || unit === 'pt'))
}

function fontChanges(parent: Look, name: string, attributes: Attributes, style: Declarations): Partial<Look> {
  const font = valueOf(style, 'font')
  const size =
    valueOf(style, 'font-size') ||
    (/(?:^|\s)((\d+(?:\.\d+)?|\.\d+)(px|pt|r?em|%)?|(xx?-)?(small|large)|medium)(?=[\s/]|$)/.exec(font)?.[1] ?? '')
  const family = valueOf(style, 'font-family') || (font === '' ? '' : lastPartOf(font)) || (name === 'font' ? attributes.get('face') : '')
  return {
    ...(size !== '' && size !== 'inherit' ? { fontPx: pixelsOf(size, parent.fontPx) } : {}),
    ...(size === '' && name === 'font' && attributes.has('size') ? { fontPx: plainLook.fontPx } : {}),
    ...(family ? { symbolFont: symbolFontOf(family) } : {}),
  }
}

/** The families of `7pt/1.2 "Times New Roman", serif`. */
const lastPartOf = (font: string) => /(?:^|\s)[\d.]+(?:px|pt|r?em|%)?(?:\/\S+)?\s+(\S.*)$/.exec(font)?.[1] ?? ''

function pixelsOf(size: string, parentPx: number): number {
  const [, number, unit = ''] = /^\+?(\d+(?:\.\d+)?|\.\d+)([a-z%]*)$/.exec(size) ?? []
  if (number === undefined) return size === 'smaller' || size === 'larger' ? parentPx : plainLook.fontPx
  const perUnit: Record<string, number> = { '': 1, px: 1, pt: 4 / 3, em: parentPx, '%': parentPx / 100, ex: parentPx / 2, ch: parentPx / 2 }
  return Number(number) * (perUnit[unit] ?? plainLook.fontPx)
}

export const keepsWhiteSpace = (style: Declarations): boolean => /^(pre|pre-wrap|break-spaces)$/.test(valueOf(style, 'white-space'))

function whiteSpaceChanges(name: string, style: Declarations): Partial<Look> {
  const value = valueOf(style, 'white-space')
  if (keepsWhiteSpace(style)) return { whiteSpace: 'kept' }
  if (value === 'pre-line') return { whiteSpace: 'lines' }
  if (/^(normal|nowrap|initial)$/.test(value)) return { whiteSpace: 'collapsed' }
  return keepsSpaces.has(name) ? { whiteSpace: 'kept' } : {}
}
