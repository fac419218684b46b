// What an item is found by: the value of a column as it compares, so that `l’offre` finds `l'offre` and `+33 1 23` finds `+33.1.23`.
import type { ColumnType, ColumnValue } from './column.ts'
import { fold } from './fold.ts'

/** Null for an empty cell, and for values that have one form only: dates, numbers, yes and no. */
export function findKey(type: ColumnType, value: ColumnValue): string | null {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || type === 'date') return null
  if (Array.isArray(value)) return JSON.stringify(value.map(compared).toSorted())
  if (typeof value === 'object') return compared('email' in value ? value.email : value.url)
  return type === 'phone' ? dialled(value) : compared(value)
}

const compared = (text: string) => fold(text).trim()

const dialled = (number: string) => fold(number).replace(/[^0-9+A-Z]/g, '')
