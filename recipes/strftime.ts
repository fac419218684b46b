// Dates in the form that a template asks for, with the letters of Ruby's strftime as Liquid has them. The library's own goes through
// the clock of the machine, and is an hour off where that is put forward or back.
import { dayOf, type WallTime } from './zone.ts'

/** `zone` as it is shown by `%Z`. */
export type Shown = { at: WallTime; instant: number; zone: string }

export function strftime(shown: Shown, format: string): string {
  return format.replace(/%([-_0^#:]{0,5})(\d{0,2})[EO]?([A-Za-z%])/g, (written, flags: string, width: string, letter: string) => {
    const code = codes[letter]
    if (code === undefined) return written
    const value = cased(code.of(shown, flags, width), flags)
    const digits = flags.includes('-') ? 0 : Number(width) || (code.digits ?? 0)
    const filler = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : (code.filler ?? '0')
    const [, sign = '', number = ''] = /^([-+]?)(.*)$/s.exec(value) ?? []
    return filler === '0' ? sign + number.padStart(digits - sign.length, '0') : value.padStart(digits, ' ')
  })
}

type Code = { of: (shown: Shown, flags: string, width: string) => string; digits?: number; filler?: ' ' }

const months = 'January February March April May June July August September October November December'.split(' ')
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const number = (of: (shown: Shown) => number, digits?: number): Code => ({
  of: (shown) => String(of(shown)),
  ...(digits === undefined ? {} : { digits }),
})
const spaced = (of: (shown: Shown) => number, digits: number): Code => ({ ...number(of, digits), filler: ' ' })
const word = (of: (shown: Shown) => string): Code => ({ of, filler: ' ' })

const monthName = ({ at }: Shown) => months[at.month - 1] ?? ''
const dateOf = ({ at }: Shown) => new Date(`${dayOf(at)}T00:00:00Z`)
const weekday = (shown: Shown) => dateOf(shown).getUTCDay()
const weekdayName = (shown: Shown) => weekdays[weekday(shown)] ?? ''
const dayOfYear = (shown: Shown) => (dateOf(shown).getTime() - Date.UTC(shown.at.year, 0, 1)) / 86_400_000 + 1
const hourOfHalf = ({ at }: Shown) => at.hour % 12 || 12
const half = ({ at }: Shown) => (at.hour < 12 ? 'AM' : 'PM')
/** Weeks begin on `first`, 0 for Sunday; the days before the first of them are in week 0. */
const weekOfYear = (shown: Shown, first: number) => Math.floor((dayOfYear(shown) + 6 - ((weekday(shown) - first + 7) % 7)) / 7)

const codes: Record<string, Code> = {
  a: word((shown) => weekdayName(shown).slice(0, 3)),
  A: word(weekdayName),
  b: word((shown) => monthName(shown).slice(0, 3)),
  B: word(monthName),
  c: word((shown) => strftime(shown, '%-m/%-d/%Y, %-I:%M:%S %p')),
  C: number(({ at }) => Math.floor(at.year / 100), 2),
  d: number(({ at }) => at.day, 2),
  e: spaced(({ at }) => at.day, 2),
  H: number(({ at }) => at.hour, 2),
  h: word((shown) => monthName(shown).slice(0, 3)),
  I: number(hourOfHalf, 2),
  j: number(dayOfYear, 3),
  k: spaced(({ at }) => at.hour, 2),
  l: spaced(hourOfHalf, 2),
  L: number(({ at }) => at.millisecond, 3),
  m: number(({ at }) => at.month, 2),
  M: number(({ at }) => at.minute, 2),
  N: { of: ({ at }, _flags, width) => `${String(at.millisecond).padStart(3, '0')}000000`.slice(0, Number(width) || 9) },
  p: word(half),
  P: word((shown) => half(shown).toLowerCase()),
  q: word(({ at }) => ordinalOf(at.day)),
  s: number(({ instant }) => Math.floor(instant / 1000)),
  S: number(({ at }) => at.second, 2),
  u: number((shown) => weekday(shown) || 7),
  U: number((shown) => weekOfYear(shown, 0), 2),
  w: number(weekday),
  W: number((shown) => weekOfYear(shown, 1), 2),
  x: word((shown) => strftime(shown, '%-m/%-d/%Y')),
  X: word((shown) => strftime(shown, '%-I:%M:%S %p')),
  y: number(({ at }) => at.year % 100, 2),
  Y: number(({ at }) => at.year, 4),
  z: { of: ({ at }, flags) => offset(at.offsetMinutes, flags.includes(':') ? ':' : '') },
  Z: word(({ zone }) => zone),
  t: word(() => '\t'),
  n: word(() => '\n'),
  '%': word(() => '%'),
}

function offset(minutes: number, mark: string): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${mark}${String(rest).padStart(2, '0')}`
}

function ordinalOf(day: number): string {
  if (day >= 11 && day <= 13) return 'th'
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th'
}

function cased(value: string, flags: string): string {
  if (flags.includes('^')) return value.toUpperCase()
  if (!flags.includes('#')) return value
  return value === value.toUpperCase() ? value.toLowerCase() : value.toUpperCase()
}
