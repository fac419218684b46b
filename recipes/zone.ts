// Clocks of places, by the tables of Intl: never by the zone of the machine.

/** Where nobody has said where they are. */
export const unknownZone = 'UTC'

export const isTimeZone = (name: string): boolean => clockOf(name) !== undefined

/** What a clock on the wall shows: a day of the calendar and a time of day, and how far they are ahead of UTC. */
export type WallTime = {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
  offsetMinutes: number
}

/** `zone` is one that isTimeZone() knows, or minutes ahead of UTC. */
export function wallTime(instant: number, zone: string | number): WallTime {
  const offsetMs = typeof zone === 'number' ? zone * 60_000 : offsetOf(instant, zone)
  const shifted = new Date(instant + offsetMs)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    millisecond: shifted.getUTCMilliseconds(),
    offsetMinutes: Math.round(offsetMs / 60_000),
  }
}

/** When a clock there shows what clocks of UTC show at `shown`. Of a time that is skipped or comes twice, one close by. */
export function instantAt(shown: number, zone: string | number): number {
  const before = shown - wallTime(shown, zone).offsetMinutes * 60_000
  return shown - wallTime(before, zone).offsetMinutes * 60_000
}

/** YYYY-MM-DD */
export function dayOf({ year, month, day }: Pick<WallTime, 'year' | 'month' | 'day'>): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

const clocks = new Map<string, Intl.DateTimeFormat>()
const mostClocks = 50

function offsetOf(instant: number, zone: string): number {
  const clock = clockOf(zone)
  if (clock === undefined) throw new RangeError(`There is no time zone ${zone}.`)
  const parts = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return shown - Math.floor(instant / 1000) * 1000
}

/** To make one takes a tenth of a millisecond; undefined: there is no such zone. */
function clockOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = clocks.get(timeZone)
  if (known !== undefined) return known
  const fresh = newClock(timeZone)
  if (fresh === undefined) return undefined
  if (clocks.size >= mostClocks) clocks.clear()
  clocks.set(timeZone, fresh)
  return fresh
}

function newClock(timeZone: string): Intl.DateTimeFormat | undefined {
  const [numeric, digits] = ['numeric', '2-digit'] as const
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: digits,
      day: digits,
      hour: digits,
      minute: digits,
      second: digits,
    })
  } catch {
    return undefined
  }
}
