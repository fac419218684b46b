// How people write dates, amounts and addresses in mails, in English and in French. Null where a text says no such value:
// what is ambiguous is refused and not guessed.

/** YYYY-MM-DD, a full time stamp, or a day-month-year with a dot, a dash or a slash. 03/04/2026 is a day in two countries and refused. */
export function dateFromText(text: string): string | null {
  const iso = /^\s*(\d{4}-\d{2}-\d{2})(?:[T ][\d:.,]+(?:Z|[+-]\d{2}:?\d{2})?)?\s*$/.exec(text)?.[1]
  if (iso !== undefined) return isRealDate(iso) ? iso : null
  const parts = /^\s*(\d{1,2})([./-])(\d{1,2})\2(\d{4})\s*$/.exec(text)
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
 * before exactly three digits is read as the thousands of whoever writes commas, and as a decimal point.
 */
export function numberFromText(text: string): number | null {
  const bare = text
    .normalize('NFKC')
    .replace(/[\s'’_]/g, '')
    .replace(/^([-−]?)(?:[$€£¥]|[A-Za-z]{3})/, '$1')
    .replace(/(?:[$€£¥%]|[A-Za-z]{3})$/, '')
    .replace('−', '-')
  const negative = /^\((.*)\)$/.exec(bare)
  const digits = negative?.[1] ?? bare
  if (!/^[+-]?(\d[\d.,]*|[.,]\d+)$/.test(digits) || digits.length > 40) return null
  const plain = decimalPoint(digits)
  const value = plain === null ? Number.NaN : Number(plain)
  return Number.isFinite(value) ? (negative === null ? value : -value) : null
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

function isGrouped(whole: string, mark: '.' | ','): boolean {
  return new RegExp(`^[+-]?\\d{1,3}(\\${mark}\\d{3})+$`).test(whole)
}

export function flagFromText(text: string): boolean | null {
  const word = text.trim().toLowerCase()
  if (['true', 'yes', 'y', '1', 'x', 'on', 'oui', 'vrai', 'v'].includes(word)) return true
  return ['false', 'no', 'n', '0', 'off', 'non', 'faux'].includes(word) ? false : null
}

/** `ann@example.org` or `Ann Lee <ann@example.org>`; of a list the first. */
export function emailFromText(text: string): { email: string; text: string } | null {
  const named = /^\s*"?([^"<>]*?)"?\s*<([^\s<>@]+@[^\s<>@]+)>/.exec(text)
  if (named !== null) return { email: named[2] ?? '', text: (named[1] ?? '').trim().slice(0, 255) || (named[2] ?? '') }
  const bare = /^\s*([^\s<>@,;]+@[^\s<>@,;]+)\s*(?:[,;]|$)/.exec(text)?.[1]
  return bare === undefined || bare.length > 320 ? null : { email: bare, text: bare }
}

export function linkFromText(text: string): { url: string; text: string } | null {
  const parts = /^\s*(\S+)(?:\s+(.*\S))?\s*$/s.exec(text)
  const url = parts?.[1] ?? ''
  return isHttpUrl(url) ? { url, text: (parts?.[2] ?? url).slice(0, 255) } : null
}

export function isHttpUrl(text: string): boolean {
  return text.length <= 2000 && /^https?:\/\/[^\s/?#]/i.test(text) && URL.canParse(text)
}

export function listFromText(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
