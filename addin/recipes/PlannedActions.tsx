import { useQuery } from '@tanstack/react-query'
import { z } from 'zod'
import { boardsQuery } from '../api/queries.ts'
import { SafeHtml } from '../boards/SafeHtml.tsx'
import { useText, useTextIfThere } from '../shell/use-text.ts'

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
        const { kind, otherwise } = planned.parse(action)
        const item = kind === 'create-item' ? plannedItem.parse(action) : otherwise?.create
        return (
          <div className="tight" key={index}>
            <p className="strong">{textIfThere(`action.${kind}`) ?? kind}</p>
            {item && <ItemPreview item={item} />}
          </div>
        )
      })}
    </div>
  )
}

function ItemPreview({ item }: { item: z.infer<typeof plannedItem> }) {
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
          <PreviewPair key={id} title={board?.columns.find((column) => column.id === id)?.title ?? id} value={value} />
        ))}
        <dt>{t('try.files')}</dt>
        <dd>{t(item.attachments === 'files' ? 'yes' : 'no')}</dd>
      </dl>
      {item.update && <SafeHtml html={item.update.html} />}
    </div>
  )
}

function PreviewPair({ title, value }: { title: string; value: string }) {
  return (
    <>
      <dt>
        <bdi>{title}</bdi>
      </dt>
      <dd>
        <bdi>{value || '–'}</bdi>
      </dd>
    </>
  )
}
