import { useQuery } from '@tanstack/react-query'
import type { BoardColumn } from '../../contract/board.ts'
import type { TryResult } from '../../contract/recipe.ts'
import { actions } from '../../recipes/actions/actions.ts'
import type { PlannedItem } from '../../recipes/actions/item.ts'
import { fromText, render } from '../../recipes/column.ts'
import type { LeftOut } from '../../recipes/left-out.ts'
import { boardsQuery } from '../api/queries.ts'
import { SafeHtml } from '../boards/SafeHtml.tsx'
import { LeftOutLines } from '../shell/LeftOutLines.tsx'
import { useLanguage, useText } from '../shell/use-text.ts'

type Planned = TryResult['results'][number]['actions'][number]

/** The item exactly as a run would make it. */
export function PlannedActions({ actions: planned }: { actions: readonly Planned[] }) {
  const t = useText()
  const language = useLanguage()
  return (
    <div className="stack">
      <h3>{t('try.would')}</h3>
      {planned.map((action, index) => {
        const name = actions.nameOf(action.kind, language)
        // A newer server than this pane may know other kinds.
        const item = name === undefined ? undefined : actions.itemOf(action)
        return (
          <div className="tight" key={index}>
            <p className="strong">{name ?? action.kind}</p>
            {item && <ItemPreview item={item} leftOut={action.leftOut} timeZone={action.timeZone} />}
            <LeftOutLines leftOut={action.leftOut} />
          </div>
        )
      })}
    </div>
  )
}

type Preview = { item: PlannedItem; leftOut: readonly LeftOut[]; timeZone: string }

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

type Pair = { column: BoardColumn | undefined; value: string; timeZone: string }

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
