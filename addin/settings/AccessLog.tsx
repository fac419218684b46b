// Every call that was made on this mailbox, newest first. The pane remembers the last link of the record that it saw, and says
// when the record no longer holds it.
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { AccessLogEntry } from '../../contract/access-log.ts'
import { accessLogQuery, meQuery } from '../api/queries.ts'
import { recall, remember } from '../office/storage.ts'
import { Heading } from '../shell/Heading.tsx'
import { PagedRows } from '../shell/PagedRows.tsx'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'
import { AccessRow } from './AccessRow.tsx'

export function AccessLog() {
  const t = useText()
  const me = useQuery(meQuery)
  return (
    <>
      <Heading back>{t('access.title')}</Heading>
      <p className="quiet">{t('access.text')}</p>
      {me.isPending && <Skeleton cards={3} />}
      {me.isError && <ProblemBar error={me.error} onRetry={() => void me.refetch()} />}
      {me.data && <Entries personId={me.data.id} />}
    </>
  )
}

function Entries({ personId }: { personId: string }) {
  const t = useText()
  // Two people may share this machine's storage.
  const place = `access-log.${personId}`
  const log = useInfiniteQuery(accessLogQuery(() => recall(place)))
  const [first] = log.data?.pages ?? []
  const newest = first && newestHead(first.items)
  const isBroken = first?.known === false
  useEffect(() => {
    if (newest !== undefined && !isBroken) remember(place, newest)
  }, [newest, isBroken, place])

  const accept = () => {
    remember(place, newest ?? null)
    void log.refetch()
  }
  return (
    <>
      {isBroken && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{t('access.broken')}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={accept}>{t('access.broken.accept')}</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      <PagedRows query={log} empty={t('access.empty')}>
        {(entry) => <AccessRow key={entry.id} entry={entry} />}
      </PagedRows>
    </>
  )
}

const newestHead = (entries: readonly AccessLogEntry[]) => entries.find(({ head }) => head !== null)?.head ?? undefined
