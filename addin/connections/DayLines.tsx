// What each day brought to the mailbox: what was seen has to be treated, and each line says whether it is.
import { useQuery } from '@tanstack/react-query'
import { useIntl } from 'react-intl'
import type { MailboxDay } from '../../contract/connection.ts'
import { daysQuery } from '../api/queries.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'

export function DayLines() {
  const t = useText()
  const days = useQuery(daysQuery)
  if (days.isPending) return <Skeleton cards={1} />
  return (
    <section className="card" aria-labelledby="mailbox-days">
      <h2 id="mailbox-days">{t('days.title')}</h2>
      <p className="quiet">{t('days.text')}</p>
      {days.isError && <ProblemBar error={days.error} onRetry={() => void days.refetch()} />}
      {days.data?.every(({ seen }) => seen === 0) && <p>{t('days.empty')}</p>}
      {days.data?.some(({ seen }) => seen > 0) && (
        <ul className="stack">
          {days.data.map((day, ago) => (
            <DayLine key={day.day} day={day} ago={ago} />
          ))}
        </ul>
      )}
    </section>
  )
}

function DayLine({ day: { day, seen, treated, open, foundByListing }, ago }: { day: MailboxDay; ago: number }) {
  const t = useText()
  const name = useDayName()(day, ago)
  const more = [open > 0 && t('days.open', { open }), foundByListing > 0 && t('days.found', { found: foundByListing })]
  return (
    <li>
      <StatusLine kind={seen === 0 ? 'quiet' : open > 0 ? 'waiting' : 'good'}>
        <span className="tight">
          <span>{seen === 0 ? t('days.none', { day: name }) : t('days.line', { day: name, seen, treated })}</span>
          {more.map(
            (text) =>
              text !== false && (
                <span className="quiet" key={text}>
                  {text}
                </span>
              ),
          )}
        </span>
      </StatusLine>
    </li>
  )
}

/** The first line is today's. A day is a date, not a moment: it is named as it stands, wherever the pane is. */
function useDayName() {
  const intl = useIntl()
  return (day: string, ago: number): string => {
    const name =
      ago < 2
        ? intl.formatRelativeTime(-ago, 'day', { numeric: 'auto' })
        : intl.formatDate(new Date(`${day}T12:00:00Z`), { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
    return name.charAt(0).toLocaleUpperCase(intl.locale) + name.slice(1)
  }
}
