import { findIana } from 'windows-iana'
import { isTimeZone } from '../../recipes/zone.ts'

/** Outlook uses Windows names for zones, everyone else IANA names. Undefined: the zone does not exist. */
export function ianaZone(name: string): string | undefined {
  return isTimeZone(name) ? name : findIana(name).find(isTimeZone)
}
