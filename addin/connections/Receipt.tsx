import { useQuery } from '@tanstack/react-query'
import { receiptQuery } from '../api/queries.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'

const kinds = { removed: 'good', 'nothing-there': 'quiet', 'to-go': 'waiting' } as const

/** What a disconnection or an erasure has removed so far, and the number under which that can be asked again. */
export function Receipt({ id }: { id: string }) {
  const t = useText()
  const receipt = useQuery(receiptQuery(id))
  if (receipt.isPending) return <Skeleton cards={1} />
  if (receipt.isError) return <ProblemBar error={receipt.error} onRetry={() => void receipt.refetch()} />
  const { kind, finishedAt, parts } = receipt.data
  return (
    <section className="card" aria-live="polite">
      <h2>{t(kind === 'erase' ? 'receipt.title' : finishedAt ? 'receipt.done' : 'receipt.running')}</h2>
      <ul className="stack">
        {parts.map(({ part, state, count }) => (
          <li key={part}>
            <StatusLine kind={kinds[state]}>
              {t(`receipt.${state}`, {
                part: t(kind === 'erase' && part === 'rows' ? 'receipt.part.person' : `receipt.part.${part}`),
                count,
              })}
            </StatusLine>
          </li>
        ))}
      </ul>
      {kind === 'erase' && (
        <p>
          {t('receipt.number')} <br />
          <code>{id}</code>
        </p>
      )}
      <p className="quiet">{t('receipt.note')}</p>
    </section>
  )
}
