import { findIana } from 'windows-iana'
import { isTimeZone } from '../../recipes/zone.ts'

/** Outlook names zones as Windows does, everybody else as IANA does. Undefined: there is no such zone. */
export function ianaZone(name: string): string | undefined {
  return isTimeZone(name) ? name : findIana(name).find(isTimeZone)
}
