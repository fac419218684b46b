// The attributes to keep on shown elements. A value that a browser would not accept is not written.
import { valueOf } from './look.ts'
import { escapedAttribute } from './escaped.ts'
import { printable } from './printable.ts'
import type { Declarations } from './declarations.ts'
import type { Attributes } from './tokens.ts'

export const attribute = (name: string, value: string): string => ` ${name}="${escapedAttribute(printable(value))}"`

export function directionOf(attributes: Attributes, style: Declarations): string {
  const direction = valueOf(style, 'direction') || (attributes.get('dir') ?? '').trim().toLowerCase()
  return /^(rtl|ltr|auto)$/.test(direction) ? direction : ''
}

/** A number in a list: `value` of an item, `start` of a list. */
export function countOf(value: string | undefined): number | undefined {
  const [number] = /^\s*[-+]?\d{1,9}(?!\d)/.exec(value ?? '') ?? []
  return number === undefined ? undefined : Number(number)
}

const numberings: Record<string, string> = {
  'lower-alpha': 'a',
  'lower-latin': 'a',
  'upper-alpha': 'A',
  'upper-latin': 'A',
  'lower-roman': 'i',
  'upper-roman': 'I',
}

/** In the form of `type`; empty for numbers. */
export function numberingOf(attributes: Attributes, style: Declarations): string {
  const [named] = listStyle(style).filter((word) => word in numberings)
  const type = attributes.get('type') ?? ''
  return named === undefined ? (/^[aAiI]$/.test(type) ? type : '') : (numberings[named] ?? '')
}

export const hasNoMarkers = (style: Declarations): boolean => listStyle(style).includes('none')

const listStyle = (style: Declarations) =>
  style.size === 0 ? [] : [valueOf(style, 'list-style-type'), valueOf(style, 'list-style')].join(' ').split(/\s+/)
