import type { UseQueryResult } from '@tanstack/react-query'
import type { Insight } from '../../contract/run.ts'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'

export function LinkedItems({ insight }: { insight: UseQueryResult<Insight> }) {
  const t = useText()
  const { go } = useNavigation()
  return (
    <section className="tight" aria-labelledby="linked-items">
      <h2 id="linked-items">{t('linked.title')}</h2>
      {insight.isPending && <Skeleton cards={1} />}
      {insight.isError && <ProblemBar error={insight.error} onRetry={() => void insight.refetch()} />}
      {insight.data?.items.length === 0 && <p className="quiet">{t('linked.empty')}</p>}
      {insight.data !== undefined && insight.data.items.length > 0 && (
        <ul className="rows">
          {insight.data.items.map((item) => (
            <li key={item.id}>
              <button type="button" className="plain tight" onClick={() => go({ name: 'item', id: item.id })}>
                <span className="strong clamp">
                  <bdi>{item.name}</bdi>
                </span>
                <span className="quiet">
                  <bdi>{item.boardName}</bdi> · {t(`linked.by.${item.linkedBy}`)} · <Time at={item.createdAt} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
