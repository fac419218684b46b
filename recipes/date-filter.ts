// The filter `date`. The language knows no clock: what a mail becomes depends neither on when it is looked at nor on the machine, but on
// where its reader is.
import { instantOf, readDate, type WrittenDate } from './date-text.ts'
import { limits } from './limits.ts'
import { type Shown, strftime } from './strftime.ts'
import { instantAt, isTimeZone, unknownZone, wallTime } from './zone.ts'

/** Whom a template is rendered for. It goes along in the scope, under a name that no template can write. */
export type Reader = {
  timeZone: string
  /** Called with a text that says no date, or could say two. */
  onUnread?: (text: string) => void
}

const reader = Symbol('reader')

export const scopeFor = (scope: object, whom: Reader): object => ({ ...scope, [reader]: whom })

export function readerIn(scope: object): Reader {
  const found: unknown = Reflect.get(scope, reader)
  return isReader(found) ? found : { timeZone: unknownZone }
}

const isReader = (value: unknown): value is Reader => typeof value === 'object' && value !== null && 'timeZone' in value

/** A text that says no date becomes none. A format may stand in the mail: only so much of it is read. */
export function dateInWords(whom: Reader, value: string, format: unknown, zone: unknown): string {
  const timeZone = zone === undefined ? whom.timeZone : zoneAsked(zone)
  if (value.trim() === '') return ''
  const written = readDate(value)
  if (written === null) {
    whom.onUnread?.(value)
    return ''
  }
  return strftime(shownIn(written, timeZone), (typeof format === 'string' ? format : '%Y-%m-%d').slice(0, limits.dateFormat))
}

/** Liquid counts the minutes behind UTC. */
function zoneAsked(zone: unknown): string | number {
  if (typeof zone === 'number') return -zone
  if (typeof zone === 'string' && isTimeZone(zone)) return zone
  throw new Error(`There is no time zone ${JSON.stringify(zone)}.`)
}

/** A text without an offset says what a clock shows where it is read. */
function shownIn(written: WrittenDate, zone: string | number): Shown {
  const instant = written.offsetMinutes === null ? instantAt(instantOf(written), zone) : instantOf(written)
  const at = wallTime(instant, zone)
  const name = typeof zone === 'string' ? zone : ''
  return { at: written.offsetMinutes === null ? { ...at, ...written, offsetMinutes: at.offsetMinutes } : at, instant, zone: name }
}
