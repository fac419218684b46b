import { Button } from '@fluentui/react-components'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { BoardColumn } from '../../contract/board.ts'
import type { Item } from '../../contract/item.ts'
import { call } from '../api/call.ts'
import { boardQuery, itemsQuery, meQuery } from '../api/queries.ts'
import { Confirm } from '../shell/Confirm.tsx'
import { Heading } from '../shell/Heading.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'
import { BoardVisits } from './BoardVisits.tsx'
import { useColumnText } from './column-text.ts'

/** A board's items, newest first. Live events bring new ones in without reloading. */
export function BoardItems({ id }: { id: string }) {
  const t = useText()
  const { back } = useNavigation()
  const queries = useQueryClient()
  const board = useQuery(boardQuery(id))
  const items = useInfiniteQuery(itemsQuery(id))
  const { data: me } = useQuery(meQuery)
  const remove = useMutation({
    mutationFn: (version: number) => call('deleteBoard', { params: { id }, ifMatch: version }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['boards'] })
      back()
    },
  })
  if (board.isError) return <ProblemBar error={board.error} onRetry={() => void board.refetch()} />
  if (board.isPending) return <Skeleton />
  const all = items.data?.pages.flatMap((page) => page.items) ?? []
  const mine = me !== undefined && (board.data.owner?.id === me.id || me.can.administer)
  return (
    <>
      <Heading back>{board.data.name}</Heading>
      <p className="quiet">{t(`board.visibility.${board.data.visibility}`)}</p>
      {items.isError && <ProblemBar error={items.error} onRetry={() => void items.refetch()} />}
      {items.isPending && <Skeleton />}
      {items.isSuccess && all.length === 0 && <p className="empty">{t('items.empty')}</p>}
      <div aria-live="polite" className="hidden">
        {items.isSuccess && t('items.count', { count: all.length })}
      </div>
      {board.data.groups.map((group) => {
        const inGroup = all.filter(({ groupId }) => groupId === group.id)
        if (inGroup.length === 0) return null
        return (
          <section className="tight" key={group.id}>
            {board.data.groups.length > 1 && <h2>{group.title}</h2>}
            <ul className="rows" data-testid="items">
              {inGroup.map((item) => (
                <ItemRow key={item.id} item={item} columns={board.data.columns} />
              ))}
            </ul>
          </section>
        )
      })}
      {items.hasNextPage && <Button onClick={() => void items.fetchNextPage()}>{t('more')}</Button>}
      {me !== undefined && board.data.owner?.id === me.id && <BoardVisits board={id} />}
      {mine && (
        <Confirm
          trigger={<Button appearance="subtle">{t('board.delete')}</Button>}
          title={t('board.delete.title', { name: board.data.name })}
          text={t('board.delete.text')}
          confirm={t('board.delete')}
          onConfirm={() => remove.mutate(board.data.version)}
        />
      )}
      {remove.isError && <ProblemBar error={remove.error} />}
    </>
  )
}

function ItemRow({ item, columns }: { item: Item; columns: BoardColumn[] }) {
  const { go } = useNavigation()
  const columnText = useColumnText()
  const summary = columns.flatMap((column) => columnText(column.type, item.columns[column.id]) || [])
  return (
    <li>
      <button type="button" className="plain tight" onClick={() => go({ name: 'item', id: item.id })}>
        <span className="strong clamp">
          <bdi>{item.name}</bdi>
        </span>
        {summary.length > 0 && <span className="quiet clamp">{summary.slice(0, 3).join(' · ')}</span>}
        <span className="quiet">
          <Time at={item.createdAt} />
        </span>
      </button>
    </li>
  )
}
