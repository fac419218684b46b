// A text that says one day, in one way only, and says nothing else: `2026-01-31`, `31. Januar 2026`, `Jan 31st, 2026, 9:30 pm +0100`.
// What may be two days, or needs to know which day is today, says none: docs/decisions/0036-read-as-people-write.md
import { fold } from './fold.ts'
import { columnTextLimits } from './limits.ts'
import { monthNamed, weekdaysNamed } from './month-names.ts'
import { dayOf, unknownZone, wallTime } from './zone.ts'

type Day = { year: number; month: number; day: number }
type Time = { hour: number; minute: number; second: number }
/** As it is written; `offsetMinutes` where the text says how far its clock is ahead of UTC. */
export type WrittenDate = Day & Time & { offsetMinutes: number | null }

export function readDate(text: string): WrittenDate | null {
  const trimmed = text.trim()
  if (trimmed.length > columnTextLimits.date) return null
  // Parts of a second tell nothing of the day.
  const written = fold(trimmed)
    .trim()
    .replace(/(:\d{2})[.,]\d+/, '$1')
  const tail = timeOfDay.exec(written)
  const time = tail === null ? midnight : timeFrom(tail)
  const day = readDay(tail === null ? written : written.slice(0, tail.index))
  return day === null || time === null ? null : { ...day, ...time }
}

/** The day where its reader is: a text with an offset says a moment, and the moment may be another day there. */
export function dateFromText(text: string, zone = unknownZone): string | null {
  const written = readDate(text)
  if (written === null) return null
  return written.offsetMinutes === null ? dayOf(written) : dayOf(wallTime(instantOf(written), zone))
}

/** Of one without an offset, the moment at which clocks of UTC show it. */
export function instantOf({ year, month, day, hour, minute, second, offsetMinutes }: WrittenDate): number {
  return Date.parse(`${dayOf({ year, month, day })}T00:00:00Z`) + ((hour * 60 + minute - (offsetMinutes ?? 0)) * 60 + second) * 1000
}

/** Why a text that dateFromText() does not take is left out. */
export const whyNoDate = (text: string) => (isInTwoWays(text) ? 'date-in-two-ways' : 'no-date')

/** Day and month could stand the other way round. */
function isInTwoWays(text: string): boolean {
  const [, first, , second] = /^(\d{1,2})([/-]) ?(\d{1,2})\2 ?\d{4}\b/.exec(fold(text).trim()) ?? []
  return first !== undefined && Number(first) <= 12 && Number(second) <= 12 && first !== second
}

export function isRealDate(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}

const midnight = { hour: 0, minute: 0, second: 0, offsetMinutes: null }

const timeOfDay =
  /(?:T|,? (?:(?:AT|À|AS|ÀS|UM|OM|KL\.?|ORE|ALLE|A LAS) )?|, ?)(\d{1,2})[:H](\d{2})(?::(\d{2}))?(?: ?(AM|PM))?(?: UHR)?(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$/

function timeFrom([, hours, minutes, seconds = '0', half, zone]: RegExpExecArray): (Time & { offsetMinutes: number | null }) | null {
  const [written, minute, second] = [Number(hours), Number(minutes), Number(seconds)]
  if (half !== undefined && (written < 1 || written > 12)) return null
  const hour = half === undefined ? written : (written % 12) + (half === 'PM' ? 12 : 0)
  const offsetMinutes = zone === undefined ? null : offsetFrom(zone)
  if (hour > 23 || minute > 59 || second > 59 || Number.isNaN(offsetMinutes)) return null
  return { hour, minute, second, offsetMinutes }
}

function offsetFrom(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  if (sign === undefined) return 0
  const offset = Number(hours) * 60 + Number(minutes)
  return Number(minutes) > 59 || offset > 14 * 60 ? Number.NaN : sign === '-' ? -offset : offset
}

/** With or without a weekday before it, which has to be that of the day. */
function readDay(written: string): Day | null {
  const day = readNumbers(written) ?? readNames(written)
  if (day !== null) return day
  const [before, weekday] = /^([\p{L}\p{M}'-]+)[.,]{0,2} /u.exec(written) ?? []
  const days = weekday === undefined ? [] : weekdaysNamed(weekday)
  const named =
    before === undefined || days.length === 0
      ? null
      : (readNumbers(written.slice(before.length)) ?? readNames(written.slice(before.length)))
  return named !== null && days.includes(weekdayOf(named)) ? named : null
}

const weekdayOf = (day: Day) => new Date(`${dayOf(day)}T00:00:00Z`).getUTCDay() || 7

/** A year in front goes with month and day in this order everywhere, dots with a day in front; else the larger number tells. */
function readNumbers(written: string): Day | null {
  const yearFirst =
    /^(\d{4})([-./]) ?(\d{1,2})\2 ?(\d{1,2})\.?$/.exec(written) ??
    /^(\d{4}) ?([年년]) ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号일]$/.exec(written)
  if (yearFirst !== null) return realDay(yearFirst[1], Number(yearFirst[3]), yearFirst[4])
  const [, one, mark, other, year] = /^(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})\.?$/.exec(written) ?? []
  const [first, second] = [Number(one), Number(other)]
  if (mark === '.' || first > 12 || first === second) return realDay(year, second, one)
  return second > 12 ? realDay(year, first, other) : null
}

function readNames(written: string): Day | null {
  const dayFirst =
    /^(\d{1,2})(?:\.|º|ª|°|ST|ND|RD|TH|ER|RE|E|:E|:A)?[ /-]?(?:DE |OF |DEN )?([\p{L}\p{M}']+)[.,]{0,2}[ /-]?(?:DE |DEL |OF )?(\d{4})(?: ?(?:Г|Р|R)\.?)?$/u.exec(
      written,
    )
  if (dayFirst !== null) return realDay(dayFirst[3], monthNamed(dayFirst[2] ?? ''), dayFirst[1])
  const monthFirst = /^([\p{L}\p{M}']+)\.? (\d{1,2})(?:ST|ND|RD|TH|\.)?,? (\d{4})$/u.exec(written)
  if (monthFirst !== null) return realDay(monthFirst[3], monthNamed(monthFirst[1] ?? ''), monthFirst[2])
  const namedYearFirst = /^(\d{4})\.? ([\p{L}\p{M}']+)\.? (\d{1,2})\.?$/u.exec(written)
  return namedYearFirst === null ? null : realDay(namedYearFirst[1], monthNamed(namedYearFirst[2] ?? ''), namedYearFirst[3])
}

function realDay(year: string | undefined, month: number | undefined, day: string | undefined): Day | null {
  if (year === undefined || month === undefined || day === undefined) return null
  const found = { year: Number(year), month, day: Number(day) }
  return isRealDate(dayOf(found)) ? found : null
}
