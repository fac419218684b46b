import { Button } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { ProblemBar } from './ProblemBar.tsx'
import { Skeleton } from './Skeleton.tsx'
import { useText } from './use-text.ts'

type Pages<Row> = {
  data: { pages: readonly { items: readonly Row[] }[] } | undefined
  error: unknown
  isPending: boolean
  isError: boolean
  isSuccess: boolean
  hasNextPage: boolean
  refetch(): Promise<unknown>
  fetchNextPage(): Promise<unknown>
}

/** A list that comes page by page, in all its states. `empty`: what to say when there is nothing. */
export function PagedRows<Row>({ query, empty, children }: { query: Pages<Row>; empty: string; children: (row: Row) => ReactNode }) {
  const t = useText()
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <>
      {query.isPending && <Skeleton cards={3} />}
      {query.isError && <ProblemBar error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <p className="empty">{empty}</p>}
      {rows.length > 0 && <ul className="rows">{rows.map(children)}</ul>}
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t('more')}</Button>}
    </>
  )
}
