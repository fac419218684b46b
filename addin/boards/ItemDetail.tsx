import { Button } from '@fluentui/react-components'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useIntl } from 'react-intl'
import type { Update } from '../../contract/item.ts'
import { call } from '../api/call.ts'
import { boardQuery, itemQuery, updatesQuery } from '../api/queries.ts'
import { openWindow } from '../office/open-window.ts'
import { Heading } from '../shell/Heading.tsx'
import { LeftOutLines } from '../shell/LeftOutLines.tsx'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'
import { NewUpdate } from './NewUpdate.tsx'
import { SafeHtml } from './SafeHtml.tsx'
import { useColumnText } from './column-text.ts'

export function ItemDetail({ id }: { id: string }) {
  const t = useText()
  const columnText = useColumnText()
  const item = useQuery(itemQuery(id))
  const board = useQuery({ ...boardQuery(item.data?.boardId ?? ''), enabled: item.isSuccess })
  const updates = useQuery(updatesQuery(id))
  if (item.isError) return <ProblemBar error={item.error} onRetry={() => void item.refetch()} />
  if (item.isPending) return <Skeleton />
  const columns = board.data?.columns ?? []
  return (
    <>
      <Heading back>{item.data.name}</Heading>
      <dl className="pairs">
        <dt>{t('item.board')}</dt>
        <dd>{board.data?.name ?? '…'}</dd>
        <dt>{t('item.created')}</dt>
        <dd>
          <Time at={item.data.createdAt} />
        </dd>
        {columns.map((column) => (
          <ColumnPair key={column.id} title={column.title} text={columnText(column.type, item.data.columns[column.id])} />
        ))}
      </dl>
      <LeftOutLines leftOut={item.data.leftOut} />
      <section className="stack" aria-labelledby="updates">
        <h2 id="updates">{t('updates.title')}</h2>
        {updates.isPending && <Skeleton cards={1} />}
        {updates.isError && <ProblemBar error={updates.error} onRetry={() => void updates.refetch()} />}
        {updates.data?.length === 0 && <p className="quiet">{t('updates.empty')}</p>}
        {updates.data?.map((update) => (
          <UpdateCard key={update.id} update={update} />
        ))}
        <NewUpdate itemId={id} />
      </section>
    </>
  )
}

function ColumnPair({ title, text }: { title: string; text: string }) {
  return (
    <>
      <dt>
        <bdi>{title}</bdi>
      </dt>
      <dd>
        <bdi>{text || '–'}</bdi>
      </dd>
    </>
  )
}

function UpdateCard({ update }: { update: Update }) {
  const t = useText()
  return (
    <article className="card">
      <p className="quiet">
        {update.author?.displayName ?? t('update.author.gone')} · <Time at={update.createdAt} />
      </p>
      <SafeHtml html={update.body} />
      {update.files.length > 0 && (
        <ul className="tight">
          {update.files.map((file) => (
            <li key={file.id}>
              <FileButton {...file} />
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

/** A file is fetched by a ticket that serves once, since a plain link cannot carry the person's token. */
function FileButton({ id, name, size }: { id: string; name: string; size: number }) {
  const intl = useIntl()
  const fetchTicket = useMutation({
    mutationFn: () => call('createTicket', { params: { id } }),
    onSuccess: ({ url }) => openWindow(url),
  })
  const kilobytes = intl.formatNumber(Math.max(1, Math.round(size / 1000)), { style: 'unit', unit: 'kilobyte' })
  return (
    <>
      <Button
        appearance="subtle"
        icon={<AttachRegular />}
        onClick={() => fetchTicket.mutate()}
        style={{ maxWidth: '100%', textAlign: 'start' }}
      >
        {name} ({kilobytes})
      </Button>
      {fetchTicket.isError && <ProblemBar error={fetchTicket.error} />}
    </>
  )
}
