import { useQuery } from '@tanstack/react-query'
import { z } from 'zod'
import type { BoardColumn } from '../../contract/board.ts'
import { leftOut } from '../../contract/item.ts'
import { fromText, render } from '../../recipes/column.ts'
import type { LeftOut } from '../../recipes/left-out.ts'
import { boardsQuery } from '../api/queries.ts'
import { SafeHtml } from '../boards/SafeHtml.tsx'
import { LeftOutLines } from '../shell/LeftOutLines.tsx'
import { useLanguage, useText, useTextIfThere } from '../shell/use-text.ts'

/** The API leaves a planned action open to new kinds, so its parts are looked at here before they are shown. */
const plannedItem = z.object({
  board: z.object({ id: z.string() }),
  group: z.string().optional(),
  name: z.string(),
  columns: z.record(z.string(), z.string()).default({}),
  update: z.object({ html: z.string() }).optional(),
  attachments: z.enum(['none', 'files']).default('none'),
})
const planned = z.object({
  kind: z.string(),
  leftOut: z.array(leftOut).default([]),
  timeZone: z.string().optional(),
  otherwise: z.object({ create: plannedItem }).optional().catch(undefined),
})

/** The item exactly as a run would make it. */
export function PlannedActions({ actions }: { actions: readonly unknown[] }) {
  const t = useText()
  const textIfThere = useTextIfThere()
  return (
    <div className="stack">
      <h3>{t('try.would')}</h3>
      {actions.map((action, index) => {
        const { kind, otherwise, leftOut: left, timeZone } = planned.parse(action)
        const item = kind === 'create-item' ? plannedItem.parse(action) : otherwise?.create
        return (
          <div className="tight" key={index}>
            <p className="strong">{textIfThere(`action.${kind}`) ?? kind}</p>
            {item && <ItemPreview item={item} leftOut={left} timeZone={timeZone} />}
            <LeftOutLines leftOut={left} />
          </div>
        )
      })}
    </div>
  )
}

type Preview = { item: z.infer<typeof plannedItem>; leftOut: readonly LeftOut[]; timeZone: string | undefined }

function ItemPreview({ item, leftOut: left, timeZone }: Preview) {
  const t = useText()
  const { data: boards = [] } = useQuery(boardsQuery)
  const board = boards.find(({ id }) => id === item.board.id)
  return (
    <div className="card">
      <p className="strong">
        <bdi>{item.name}</bdi>
      </p>
      <dl className="pairs">
        <dt>{t('item.board')}</dt>
        <dd>
          <bdi>{board?.name ?? '–'}</bdi>
        </dd>
        {Object.entries(item.columns).map(([id, value]) => (
          <PreviewPair
            key={id}
            column={board?.columns.find((column) => column.id === id)}
            value={left.some(({ part }) => part === `columns.${id}`) ? '' : value}
            timeZone={timeZone}
          />
        ))}
        <dt>{t('try.files')}</dt>
        <dd>{t(item.attachments === 'files' ? 'yes' : 'no')}</dd>
      </dl>
      {item.update && <SafeHtml html={item.update.html} />}
    </div>
  )
}

type Pair = { column: BoardColumn | undefined; value: string; timeZone: string | undefined }

/** What the text becomes in a column of its type. What does not fit is listed below the item. */
function PreviewPair({ column, value, timeZone }: Pair) {
  const language = useLanguage()
  if (column === undefined) return null
  const read = fromText(column.type, value, { labels: column.labels, locale: column.locale, timeZone })
  return (
    <>
      <dt>
        <bdi>{column.title}</bdi>
      </dt>
      <dd>
        <bdi>{('value' in read && render(column.type, read.value, language)) || '–'}</bdi>
      </dd>
    </>
  )
}
