import { useIntl } from 'react-intl'
import { useNow } from './use-now.ts'

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** "5 minutes ago", with the exact time in the tooltip; a date once it is more than a week away. */
export function Time({ at }: { at: string }) {
  const intl = useIntl()
  const now = useNow()
  const date = new Date(at)
  const seconds = (date.getTime() - now) / 1000
  const exact = intl.formatDate(date, { dateStyle: 'medium', timeStyle: 'short' })
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  const far = Math.abs(seconds) > 7 * 86_400
  const words = far
    ? intl.formatDate(date, { dateStyle: 'medium' })
    : intl.formatRelativeTime(unit === 'second' ? 0 : Math.trunc(seconds / size), unit, { numeric: 'auto' })
  return (
    <time dateTime={at} title={exact}>
      {words}
    </time>
  )
}
