// A text that says one number, in one way only: `1 234,56 €`, `$1,234.56`, `(12.00)`, `1'234.50`, `12,34,567`. `1.000` is a thousand to
// some and one to others: it is read where the column says how its numbers are written, and nowhere else.
import { fold, latinDigits } from './fold.ts'
import { columnLimits, columnTextLimits } from './limits.ts'

/** `locale`: how the numbers of a column are written, as `de-CH`. */
export function numberFromText(text: string, locale?: string): number | 'ambiguous' | null {
  const trimmed = text.trim()
  if (trimmed.length > columnTextLimits.numbers) return null
  const written = latinDigits(fold(trimmed)).trim()
  const isNegative = written.startsWith('(') && written.endsWith(')')
  const bare = withoutUnit(isNegative ? written.slice(1, -1).trim() : written)
  const [, sign, figures] = /^([-+]?) ?([\d.,' \u066b\u066c]+)$/.exec(bare) ?? []
  if (figures === undefined || figures.length > columnLimits.digits || (isNegative && sign !== '')) return null
  const read = plainFigures(figures, locale)
  if (read === null || read === 'ambiguous') return read
  const value = Number(read.plain)
  return sign === '-' || isNegative ? -value : value
}

/** One currency before or behind, or per cent behind. */
function withoutUnit(written: string): string {
  const [before, sign, unit] = /^([-+]?) ?([^\d\s.,'+-]{1,4}\.?) ?(?=[-+\d.,])/u.exec(written) ?? []
  if (before !== undefined && isCurrency(unit ?? '')) return `${sign}${written.slice(before.length)}`
  const [behind, last] = / ?([^\d\s.,'+-]{1,4}\.?)$/u.exec(written) ?? []
  if (behind === undefined || !(last === '%' || isCurrency(last ?? ''))) return written
  return written.slice(0, -behind.length)
}

const abbreviations = new Set('KR KR. ZŁ KČ FT LEI ЛВ ЛВ. РУБ РУБ. ГРН FR FR. SFR SFR. RS RS. 元 円 원'.split(' '))
let codes: ReadonlySet<string> | undefined

/** `€`, `R$`, `CHF`: by ISO 4217 as Intl knows it, and by what people write. */
function isCurrency(unit: string): boolean {
  if (/^[A-Z]{0,3}\p{Sc}$/u.test(unit) || abbreviations.has(unit)) return true
  codes ??= new Set(Intl.supportedValuesOf('currency'))
  return codes.has(unit)
}

/** As JavaScript writes it. */
function plainFigures(written: string, locale: string | undefined): { plain: string } | 'ambiguous' | null {
  // Arabic has marks of its own, which nobody takes for each other.
  const figures = written
    .replaceAll('\u066c', "'")
    .replace('\u066b', '.')
    .replace(/(\d)[.,]$/, '$1')
  const hadArabicMark = written.includes('\u066b')
  const marks = figures.replace(/\d/g, '').split('')
  const last = marks.at(-1)
  if (last === undefined) return { plain: figures }
  const [whole = '', fraction = '', ...rest] = figures.split(last)
  const isSingle = rest.length === 0
  if (marks.every((mark) => mark === last)) {
    if (!isSingle || last === "'" || last === ' ') return isGrouped(figures, last) ? { plain: figures.replaceAll(last, '') } : null
    const isThousands = /^[1-9]\d{0,2}$/.test(whole) && fraction.length === 3 && !hadArabicMark
    if (!isThousands) return fraction === '' || !/^\d*$/.test(whole) ? null : { plain: `${whole}.${fraction}` }
    if (locale === undefined) return 'ambiguous'
    return { plain: decimalMark(locale) === last ? `${whole}.${fraction}` : `${whole}${fraction}` }
  }
  const group = marks[0] ?? ''
  const isDecimal = (last === '.' || last === ',') && isSingle && marks.slice(0, -1).every((mark) => mark === group)
  return isDecimal && isGrouped(whole, group) && fraction !== '' ? { plain: `${whole.replaceAll(group, '')}.${fraction}` } : null
}

/** By threes; with commas also as in India, where all but the last are pairs. */
function isGrouped(whole: string, mark: string): boolean {
  const [first = '', ...others] = whole.split(mark)
  if (!/^\d{1,3}$/.test(first) || others.at(-1)?.length !== 3) return false
  if (others.every(({ length }) => length === 3)) return true
  return mark === ',' && first.length <= 2 && others.slice(0, -1).every(({ length }) => length === 2)
}

const decimalMarks = new Map<string, string>()

function decimalMark(locale: string): string {
  const known = decimalMarks.get(locale)
  if (known !== undefined) return known
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5)
  const mark = parts.find(({ type }) => type === 'decimal')?.value ?? '.'
  decimalMarks.set(locale, mark)
  return mark
}
