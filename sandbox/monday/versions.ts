import { MondayError } from './monday-error.ts'

export const currentVersion = '2026-10'
export const versions = [
  { value: '2026-07', kind: 'maintenance', display_name: 'Maintenance' },
  { value: currentVersion, kind: 'current', display_name: 'Current' },
  { value: '2027-01', kind: 'release_candidate', display_name: 'Release candidate' },
  { value: 'dev', kind: 'dev', display_name: 'Dev' },
]

/** Without a header it is the current one. */
export function versionOf(header: string | undefined): string {
  const asked = header ?? currentVersion
  if (versions.some(({ value }) => value === asked)) return asked
  throw new MondayError('InvalidVersionException', `The version '${asked}' is not supported`, { transport: true })
}
