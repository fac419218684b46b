// How people write dates, amounts and addresses in mails, in English and in French. Null where a text says no such value:
// what is ambiguous is refused and not guessed. Texts come from strangers: a text that is too long is refused before
// anything looks at it, and no expression here can read the same character in two ways.
import { columnLimits, columnTextLimits as longest } from './limits.ts'

/** YYYY-MM-DD, a full time stamp, or a day-month-year with a dot, a dash or a slash. 03/04/2026 is a day in two countries and refused. */
export function dateFromText(text: string): string | null {
  const written = text.trim()
  if (written.length > longest.date) return null
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ][\d:.,]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(written)?.[1]
  if (iso !== undefined) return isRealDate(iso) ? iso : null
  const parts = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(written)
  if (parts === null) return null
  const [first, second, year] = [Number(parts[1]), Number(parts[3]), parts[4] ?? '']
  if (parts[2] === '/' && first <= 12 && second <= 12 && first !== second) return null
  const [day, month] = parts[2] === '/' && second > 12 ? [second, first] : [first, second]
  const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  return isRealDate(date) ? date : null
}

export function isRealDate(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}

/**
 * `1234.5`, `1 234,56 €`, `$1,234.56`, `(12.00)`. Of two kinds of mark the last is the decimal one; a single comma or dot
 * before exactly three digits is read as the thousands of people who write commas, and as a decimal point.
 */
export function numberFromText(text: string): number | null {
  const written = text.trim()
  // Before NFKC, which makes eighteen characters of some.
  if (written.length > longest.numbers) return null
  const bare = written
    .normalize('NFKC')
    .replace(/[\s'’_]/g, '')
    .replace(/^([-−]?)(?:[$€£¥]|[A-Za-z]{3})/, '$1')
    .replace(/(?:[$€£¥%]|[A-Za-z]{3})$/, '')
    .replace('−', '-')
  const isNegative = bare.startsWith('(') && bare.endsWith(')')
  const digits = isNegative ? bare.slice(1, -1) : bare
  if (digits.length > columnLimits.digits || !/^[+-]?(?:\d[\d.,]*|[.,]\d+)$/.test(digits)) return null
  const plain = decimalPoint(digits)
  const value = plain === null ? Number.NaN : Number(plain)
  return Number.isFinite(value) ? (isNegative ? -value : value) : null
}

function decimalPoint(digits: string): string | null {
  const dots = digits.split('.').length - 1
  const commas = digits.split(',').length - 1
  if (commas === 0 && dots <= 1) return digits
  if (dots === 0 && commas === 1)
    return /,\d{3}$/.test(digits) && !/^[+-]?0,/.test(digits) ? digits.replace(',', '') : digits.replace(',', '.')
  if (dots > 0 && commas > 0) {
    const decimal = digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ','
    if (digits.split(decimal).length > 2) return null
    const [whole = '', fraction = ''] = digits.split(decimal)
    return isGrouped(whole, decimal === '.' ? ',' : '.') ? `${whole.replace(/[.,]/g, '')}.${fraction}` : null
  }
  return isGrouped(digits, dots > 0 ? '.' : ',') ? digits.replace(/[.,]/g, '') : null
}

const grouped = { '.': /^[+-]?\d{1,3}(?:\.\d{3})+$/, ',': /^[+-]?\d{1,3}(?:,\d{3})+$/ } as const

function isGrouped(whole: string, mark: '.' | ','): boolean {
  return grouped[mark].test(whole)
}

export function flagFromText(text: string): boolean | null {
  const word = text.trim()
  if (word.length > longest.checkbox) return null
  const lower = word.toLowerCase()
  if (['true', 'yes', 'y', '1', 'x', 'on', 'oui', 'vrai', 'v'].includes(lower)) return true
  return ['false', 'no', 'n', '0', 'off', 'non', 'faux'].includes(lower) ? false : null
}

/** `ann@example.org` or `Ann Lee <ann@example.org>`; of a list the first. */
export function emailFromText(text: string): { email: string; text: string } | null {
  const written = text.trim()
  if (written.length > longest.email) return null
  return namedAddress(written) ?? bareAddress(written)
}

function namedAddress(written: string): { email: string; text: string } | null {
  const open = written.indexOf('<')
  const close = written.indexOf('>', open)
  if (open === -1 || close === -1) return null
  const email = written.slice(open + 1, close)
  const quoted = written.slice(0, open).trim()
  const name = quoted.slice(quoted.startsWith('"') ? 1 : 0, quoted.length > 1 && quoted.endsWith('"') ? -1 : undefined)
  if (!isAddress(email) || name.includes('"') || name.includes('>')) return null
  return { email, text: name.trim().slice(0, columnLimits.shownText) || email }
}

function bareAddress(written: string): { email: string; text: string } | null {
  const end = written.search(/[,;]/)
  const email = (end === -1 ? written : written.slice(0, end)).trim()
  return isAddress(email) ? { email, text: email } : null
}

export function isAddress(text: string): boolean {
  return text.length <= columnLimits.address && /^[^\s@<>]+@[^\s@<>]+$/.test(text)
}

export function linkFromText(text: string): { url: string; text: string } | null {
  const written = text.trim()
  if (written.length > longest.link) return null
  const end = written.search(/\s/)
  const url = end === -1 ? written : written.slice(0, end)
  const shown = end === -1 ? url : written.slice(end).trim()
  return isHttpUrl(url) ? { url, text: shown.slice(0, columnLimits.shownText) } : null
}

export function isHttpUrl(text: string): boolean {
  return text.length <= columnLimits.url && /^https?:\/\/[^\s/?#]/i.test(text) && URL.canParse(text)
}

export function phoneFromText(text: string): string | null {
  const written = text.trim()
  if (written.length > longest.phone) return null
  return /^\+?[\d\s().\-/]{3,40}(?:(?:ext|x|p|poste)\.?\s*\d{1,6})?$/i.test(written) ? written : null
}

export function listFromText(text: string): string[] | null {
  if (text.length > longest.people) return null
  return text
    .split(/[,;\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
