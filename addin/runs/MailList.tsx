import { useInfiniteQuery } from '@tanstack/react-query'
import { activityQuery } from '../api/queries.ts'
import { PagedRows } from '../shell/PagedRows.tsx'
import { useText } from '../shell/use-text.ts'
import { RunRow } from './RunRow.tsx'
import { UnmatchedRow } from './UnmatchedRow.tsx'

/** Emails that recipes checked, and the results. */
export function MailList() {
  const t = useText()
  return (
    <PagedRows query={useInfiniteQuery(activityQuery)} empty={t('activity.empty')}>
      {(entry) =>
        entry.runs.length === 0 ? (
          <UnmatchedRow key={entry.messageId} entry={entry} />
        ) : (
          entry.runs.map((run) => <RunRow key={run.id} run={run} by="mail" />)
        )
      }
    </PagedRows>
  )
}
