// How people write addresses, links and telephone numbers in mails. Null where a text says no such value. Texts come from strangers:
// one that is too long is refused before anything looks at it, and no expression here can read the same character in two ways.
import { latinDigits, visible } from './fold.ts'
import { columnLimits, columnTextLimits as longest } from './limits.ts'

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
  return bareAddress(written) ?? namedAddress(written)
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

/** As it is dialled: without what only steers the layout, with the digits, dashes and blanks of a keyboard. */
export function phoneFromText(text: string): string | null {
  const written = latinDigits(visible(text))
    .replace(/^ ?tel: ?/i, '')
    .replace(/;ext=/i, ' ext ')
    .trim()
  if (written.length > longest.phone) return null
  return /^\+?[\d\s().\-/]{3,40}(?:(?:ext|x|p|poste)\.?\s*\d{1,6})?$/i.test(written) ? written : null
}
