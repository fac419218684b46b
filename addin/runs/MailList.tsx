import { Button } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { activityQuery } from '../api/queries.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'
import { RunRow } from './RunRow.tsx'
import { UnmatchedRow } from './UnmatchedRow.tsx'

/** Mails that recipes have looked at, and what became of each. */
export function MailList() {
  const t = useText()
  const activity = useInfiniteQuery(activityQuery)
  const mails = activity.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {activity.isPending && <Skeleton cards={3} />}
      {activity.isError && <ProblemBar error={activity.error} onRetry={() => void activity.refetch()} />}
      {activity.isSuccess && mails.length === 0 && <p className="empty">{t('activity.empty')}</p>}
      {mails.length > 0 && (
        <ul className="rows">
          {mails.map((entry) =>
            entry.runs.length === 0 ? (
              <UnmatchedRow key={entry.messageId} entry={entry} />
            ) : (
              entry.runs.map((run) => <RunRow key={run.id} run={run} by="mail" />)
            ),
          )}
        </ul>
      )}
      {activity.hasNextPage && <Button onClick={() => void activity.fetchNextPage()}>{t('more')}</Button>}
    </>
  )
}
